import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithPostgres } from "../testing/postgres-engine.ts";
import { query } from "../testing/stored-subjects.ts";
import { migrate } from "./migrate.ts";
import { openPostgres } from "./pool.ts";

const noonMs = Date.UTC(2026, 10, 21, 12);
const oneMs = Date.UTC(2026, 10, 21, 13);
const nextDayMs = Date.UTC(2026, 10, 22, 0);
const keys = Array.from({ length: 4_000 }, (_, index) => `key_${index}`);

await describeWithPostgres("counts of an hour that the database knows nothing of yet", (server) => {
  let pool: ReturnType<typeof openPostgres>;
  beforeAll(async () => {
    pool = openPostgres({ url: await server().newDatabase(), maxConnections: 1 });
    await migrate(pool);
  });
  afterAll(async () => {
    await pool.end();
  });

  const begin = (table: "usage_hourly" | "usage_daily", start: "hour_ms" | "day_ms", atMs: number) =>
    query(
      pool,
      `insert into ${table} (key_id, ${start}, endpoint, outcome, requests) select id, $1::bigint, 'GET /', 'VALID', 1 from unnest($2::text[]) as k (id)`,
      [atMs, keys],
    );
  /** How often an index was asked while each key's count was advanced by two. */
  const looksFor = async (hourMs: number): Promise<number> => {
    const values = [hourMs, keys, keys.map(() => 1), keys.map(() => 2)];
    await query(pool, "begin");
    const advanced = await query(pool, "select usage_advance($1, $2, $3, $4, '{GET /}', '{VALID}') as done", values);
    expect(advanced).toEqual([{ done: true }]);
    const [asked] = await query<{ looks: number }>(
      pool,
      "select sum(idx_scan)::integer as looks from pg_stat_xact_user_tables where relname like any ('{usage_hourly%,usage_daily%}')",
    );
    await query(pool, "commit");
    return asked?.looks ?? 0;
  };

  it("are found row by row, and not by comparing all rows of that hour or day with each line", async () => {
    await begin("usage_hourly", "hour_ms", noonMs);
    await begin("usage_daily", "day_ms", noonMs - (noonMs % 86_400_000));
    await query(pool, "analyze usage_hourly");
    await query(pool, "analyze usage_daily");
    expect(await looksFor(noonMs)).toBeGreaterThanOrEqual(2 * keys.length);
    await begin("usage_hourly", "hour_ms", oneMs);
    expect(await looksFor(oneMs)).toBeGreaterThanOrEqual(2 * keys.length);
    await begin("usage_hourly", "hour_ms", nextDayMs);
    await begin("usage_daily", "day_ms", nextDayMs);
    expect(await looksFor(nextDayMs)).toBeGreaterThanOrEqual(2 * keys.length);
    const sums = await query(pool, "select hour_ms, sum(requests)::integer as requests from usage_hourly group by 1 order by 1");
    expect(sums).toEqual([noonMs, oneMs, nextDayMs].map((hour_ms) => ({ hour_ms, requests: 3 * keys.length })));
  });
});
