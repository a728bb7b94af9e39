import { expect, it } from "vitest";
import { describeWithPostgres } from "../testing/postgres-engine.ts";
import { migrate } from "./migrate.ts";
import { openPostgres } from "./pool.ts";
import { createStore } from "./store.ts";

const all = { after: 0, limit: 100 };
const hourMs = 3_600_000;

await describeWithPostgres("announcements", (server) => {
  it("are found by when they were settled, not by when they were made, and go 30 days after", async () => {
    const pool = openPostgres({ url: await server().newDatabase() });
    await migrate(pool);
    const { announcements } = createStore(pool);
    const nowMs = Date.now();
    await announcements.add([
      { id: "key_early", revision: 2 },
      { id: "key_late", revision: 2 },
      { id: "key_never", revision: 2 },
    ]);
    await announcements.settle([
      { id: "key_early", revision: 2 },
      { id: "key_late", revision: 2 },
    ]);
    const client = await pool.connect();
    await client.query("update announcements set made_at = made_at - interval '40 days'", []);
    await client.query("update announcements set settled_at = settled_at - interval '31 days' where subject_id = 'key_early'", []);
    client.release();
    expect((await announcements.since(nowMs - hourMs, all)).map(({ id }) => id)).toEqual(["key_late", "key_never"]);
    expect((await announcements.since(nowMs + hourMs, all)).map(({ id }) => id)).toEqual(["key_never"]);
    expect((await announcements.unsettled(hourMs, all)).map(({ id }) => id)).toEqual(["key_never"]);
    expect(await announcements.prune(10)).toBe(1);
    expect((await announcements.since(0, all)).map(({ id }) => id)).toEqual(["key_late", "key_never"]);
    await pool.end();
  });
});
