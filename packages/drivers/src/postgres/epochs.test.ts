import { epochsContract } from "@keywright/core/testing";
import { expect, it } from "vitest";
import { describeWithPostgres } from "../testing/postgres-engine.ts";
import { createEpochs, readInstallation } from "./epochs.ts";
import { migrate } from "./migrate.ts";
import { openPostgres } from "./pool.ts";

await describeWithPostgres("PostgreSQL", (server) => {
  const open = async () => {
    const pool = openPostgres({ url: await server().newDatabase() });
    await migrate(pool);
    return { epochs: createEpochs(pool), pool, close: () => pool.end() };
  };

  epochsContract("server", open);

  it("forgets a process ten minutes after it was last heard of, and its row a day after", async () => {
    const { epochs, pool, close } = await open();
    await epochs.confirm({ id: "silent", servesAlone: true, holds: 0 });
    await epochs.move(0, "redis a", false);
    expect(await epochs.countBehind(1)).toBe(1);
    const client = await pool.connect();
    const age = (interval: string) => client.query("update processes set seen_at = clock_timestamp() - $1::interval where id = 'silent'", [interval]);
    await age("601 seconds");
    expect(await epochs.countBehind(1)).toBe(0);
    await age("2 days");
    await epochs.leave("another");
    expect((await client.query("select id from processes", [])).rows).toEqual([]);
    client.release();
    await close();
  });

  it("are not settled before anybody could see the move, whoever made it and died", async () => {
    const { epochs, pool, close } = await open();
    await epochs.move(0, "redis a", false);
    await epochs.move(1, "redis b", true);
    const client = await pool.connect();
    await client.query("update epoch set left_at = 'infinity'", []);
    client.release();
    expect(await epochs.read()).toMatchObject({ settledMs: 0, settledFrom: 2 });
    await epochs.countBehind(2);
    const { rows } = await pool
      .connect()
      .then((other) => other.query("select left_at < clock_timestamp() as stamped from epoch", []).finally(() => other.release()));
    expect(rows).toEqual([{ stamped: true }]);
    await close();
  });

  it("know one installation from another", async () => {
    const [one, other] = [await open(), await open()];
    const names = await Promise.all([one, one, other].map(({ pool }) => readInstallation(pool)));
    expect(names[0]).toMatch(/^[0-9a-f]{8}$/);
    expect(names[1]).toBe(names[0]);
    expect(names[2]).not.toBe(names[0]);
    await Promise.all([one.close(), other.close()]);
  });

  it("says what to do where its one row is gone", async () => {
    const { epochs, pool, close } = await open();
    const client = await pool.connect();
    await client.query("delete from epoch", []);
    client.release();
    await expect(epochs.read()).rejects.toThrow("Restore a backup");
    await close();
  });
});
