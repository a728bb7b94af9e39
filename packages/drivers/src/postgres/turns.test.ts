import type { PostgresPool } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithPostgres } from "../testing/postgres-engine.ts";
import { openPostgres } from "./pool.ts";
import { createTurns } from "./turns.ts";

await describeWithPostgres("turns", (server) => {
  const pools: PostgresPool[] = [];
  beforeAll(async () => {
    const url = await server().newDatabase();
    for (let process = 0; process < 3; process++) pools.push(openPostgres({ url, maxConnections: 4 }));
  });
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.end()));
  });

  it("come one after the other, whoever asks", async () => {
    const state = { running: 0, most: 0, done: 0 };
    const work = async (): Promise<number> => {
      state.running += 1;
      state.most = Math.max(state.most, state.running);
      await new Promise((resolve) => setImmediate(resolve));
      state.running -= 1;
      state.done += 1;
      return state.done;
    };
    const done = await Promise.all([...pools, ...pools].map((pool) => createTurns(pool).inTurn("one", work)));
    expect(state).toEqual({ running: 0, most: 1, done: 6 });
    expect(done.toSorted()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("are skipped where another process has one of that name, and only then", async () => {
    const [one, other] = pools.map(createTurns);
    const ran: string[] = [];
    await one?.inTurn("job", async () => {
      expect(await other?.unlessTaken("job", async () => ran.push("taken"))).toBeUndefined();
      await other?.unlessTaken("another job", async () => ran.push("free"));
    });
    expect(await other?.unlessTaken("job", async () => ran.push("given back"))).toBe(2);
    expect(ran).toEqual(["free", "given back"]);
  });

  it("are given back by work that fails", async () => {
    const [one, other] = pools.map(createTurns);
    await expect(one?.inTurn("failing", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await other?.inTurn("failing", async () => "done")).toBe("done");
  });
});
