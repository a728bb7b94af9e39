import { broadcastContract } from "@keywright/core/testing";
import { expect, it, vi } from "vitest";
import { systemStopwatch } from "../node/stopwatch.ts";
import { describeWithPostgres } from "../testing/postgres-engine.ts";
import { openPostgresBroadcast } from "./broadcast.ts";
import { openPostgres } from "./pool.ts";

await describeWithPostgres("broadcast", (server) => {
  const open = async (url: string) => {
    const pool = openPostgres({ url, maxConnections: 2 });
    const openOne = (processId: string) => openPostgresBroadcast({ url, pool, processId, stopwatch: systemStopwatch });
    const [one, other] = [await openOne("one"), await openOne("other")];
    const close = async () => {
      await Promise.all([one.close(), other.close()]);
      await pool.end();
    };
    return { one, other, close };
  };

  broadcastContract("PostgreSQL", async () => open(await server().newDatabase()));

  it("tells a gap when its connection was lost, and hears again", async () => {
    const url = await server().newDatabase();
    const { one, other, close } = await open(url);
    const heard: string[] = [];
    other.listen({ onText: (text) => heard.push(text), onGap: () => heard.push("(gap)") });
    await server().query(url, "select pg_terminate_backend(pid) from pg_stat_activity where query = 'listen keywright_live'");
    await vi.waitFor(() => expect(heard).toEqual(["(gap)"]), { timeout: 10_000 });
    one.tell("again");
    await vi.waitFor(() => expect(heard).toEqual(["(gap)", "again"]));
    await close();
  });

  it("drops what it cannot tell, and neither waits nor fails", async () => {
    const url = await server().newDatabase();
    const { one, close } = await open(url);
    await server().kill();
    for (let number = 0; number < 2_000; number++) one.tell(`text ${number}`);
    await close();
    await server().start();
  });

  it("is not opened where the server cannot be reached", async () => {
    const pool = openPostgres({ url: "postgres://nobody@127.0.0.1:1/none" });
    const opening = openPostgresBroadcast({ url: "postgres://nobody@127.0.0.1:1/none", pool, processId: "one", stopwatch: systemStopwatch });
    await expect(opening).rejects.toThrow();
    await pool.end();
  });
});
