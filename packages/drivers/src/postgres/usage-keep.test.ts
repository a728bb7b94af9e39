import type { PostgresPool, PostgresPoolClient } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithPostgres } from "../testing/postgres-engine.ts";
import { query } from "../testing/stored-subjects.ts";
import { migrate } from "./migrate.ts";
import { openPostgres } from "./pool.ts";
import { createStore } from "./store.ts";

const hoursKeptMs = 400 * 24 * 3_600_000;
const tables = [
  "usage_countries",
  "usage_daily",
  "usage_hourly",
  "usage_responses_daily",
  "usage_responses_hourly",
  "usage_totals_daily",
  "usage_totals_hourly",
] as const;

await describeWithPostgres("keeping counts", (server) => {
  let pool: PostgresPool;
  beforeAll(async () => {
    pool = openPostgres({ url: await server().newDatabase() });
    await migrate(pool);
  });
  afterAll(() => pool.end());

  const withClient = async <Result>(work: (client: PostgresPoolClient) => Promise<Result>): Promise<Result> => {
    const client = await pool.connect();
    try {
      return await work(client);
    } finally {
      await client.query("rollback", []);
      client.release();
    }
  };
  const run = (text: string) => query(pool, text);
  const keep = () => createStore(pool).usage.keep(Date.now(), hoursKeptMs);
  const isAwaited = async (table: string): Promise<boolean> =>
    (await run(`select from pg_locks where not granted and relation = '${table}'::regclass and mode = 'AccessExclusiveLock'`)).length === 1;
  const dropMade = async (done: readonly string[]): Promise<void> => {
    for (const line of done) if (line.startsWith("made ")) await run(`drop table ${line.slice("made ".length)}`);
  };

  it("makes the partitions of this month or year, and of the next one, of every table", async () => {
    const done = await keep();
    expect(done).toHaveLength(2 * tables.length);
    expect(new Set(done.map((line) => line.replace(/^made (usage_[a-z_]+?)(_\d+)+$/, "$1")))).toEqual(new Set(tables));
    expect(await keep()).toEqual([]);
    await dropMade(done);
  });

  // A delivery of counts writes hours, days and totals, in an order that is its own.
  it.each(tables)("waits for a transaction that has %s without being in the way of what it goes on to", async (held) => {
    await withClient(async (delivery) => {
      await delivery.query("begin", []);
      await delivery.query(`lock table ${held} in row exclusive mode`, []);
      const kept = keep();
      await expect.poll(() => isAwaited(held)).toBe(true);
      for (const table of tables) await delivery.query(`lock table ${table} in row exclusive mode`, []);
      await delivery.query("commit", []);
      const done = await kept;
      expect(done).toHaveLength(2 * tables.length);
      await dropMade(done);
    });
  });

  it("has made the partitions of all other tables where one is held for too long, and rejects", async () => {
    await withClient(async (reader) => {
      await reader.query("begin", []);
      await reader.query("lock table usage_daily in access share mode", []);
      await expect(keep()).rejects.toMatchObject({ cause: { message: expect.stringMatching(/lock timeout/) } });
    });
    const done = await keep();
    expect(done.map((line) => line.replace(/_\d+$/, ""))).toEqual(["made usage_daily", "made usage_daily"]);
  });

  it("keeps no other table than those of counts", async () => {
    await expect(run(`select usage_keep_table('api_keys', ${Date.now()}, ${hoursKeptMs})`)).rejects.toThrow("api_keys is no table of counts.");
    await expect(run(`select usage_keep_table('usage_hourly_rest', ${Date.now()}, ${hoursKeptMs})`)).rejects.toThrow("no table of counts");
  });
});
