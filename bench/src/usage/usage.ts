import { createStore, migrate, openPostgres } from "@keywright/drivers";
import { startPostgres } from "../engines/postgres-process.ts";
import type { Figure, Report } from "../figure.ts";
import { median } from "../median.ts";
import type { Options } from "../options.ts";
import { type Pool, runSql } from "../servers/run-sql.ts";
import { fillUsage, keys, newestMs, requests, tenantId } from "./fill-usage.ts";

const dayMs = 86_400_000;
const hourMs = 3_600_000;

type Usage = ReturnType<typeof createStore>["usage"];

interface Question {
  readonly what: string;
  readonly bar?: number;
  readonly ask: (usage: Usage) => Promise<unknown>;
}

const range = (days: number, bucketMs: number) => ({ fromMs: newestMs - days * dayMs, toMs: newestMs, bucketMs });
const page = { limit: 50, after: null };

const questions: readonly Question[] = [
  { what: "90 days of one tenant, by day", bar: 100, ask: (usage) => usage.summarize({ tenantId, ...range(90, dayMs) }) },
  { what: "60 days of one tenant, by hour", ask: (usage) => usage.summarize({ tenantId, ...range(60, hourMs) }) },
  { what: "90 days of one tenant, by key", bar: 100, ask: (usage) => usage.groups({ tenantId, ...range(90, dayMs) }, ["key"], page) },
  { what: "90 days of one key, by day", bar: 100, ask: (usage) => usage.summarize({ keyId: "key_0000000000000000000001", ...range(90, dayMs) }) },
  { what: "90 days of the platform, by day", bar: 500, ask: (usage) => usage.summarize(range(90, dayMs)) },
  { what: "60 days of the platform, by hour", bar: 500, ask: (usage) => usage.summarize(range(60, hourMs)) },
  { what: "90 days of the platform, by endpoint and code", bar: 500, ask: (usage) => usage.groups(range(90, dayMs), ["endpoint", "code"], page) },
  { what: "90 days of the platform, by key", ask: (usage) => usage.groups(range(90, dayMs), ["key"], page) },
];

/** What charts cost over a hundred million counted requests, and what those take to keep. */
export const measureUsage = async ({ rounds = 15 }: Options): Promise<Report> => {
  const server = await startPostgres({ isSynced: false });
  try {
    const pool = openPostgres({ url: server.newDatabase("usage"), maxConnections: 4, deadlineMs: 1_800_000 });
    await migrate(pool);
    const { usage } = createStore(pool);
    await fillUsage(pool, usage);
    const figures: Figure[] = [{ what: "counted requests", value: await total(usage), unit: "requests", atLeast: requests }];
    for (const { what, bar, ask } of questions)
      figures.push({ what, value: await timed(rounds, () => ask(usage)), unit: "ms", ...(bar !== undefined && { bar }) });
    figures.push(...(await storage(pool)));
    await requireIndexes(pool);
    await pool.end();
    return { figures, versions: { postgres: server.version }, notes: [shape] };
  } finally {
    await server.stop();
  }
};

const shape = `${keys} keys, each used in every hour of 90 days at four endpoints, with one kind of refusal: 5 lines of counts a key and hour. Medians; the pages are in memory.`;

const total = async (usage: Usage): Promise<number> =>
  Object.values((await usage.summarize(range(91, dayMs))).outcomes).reduce((sum, number) => sum + number, 0);

const timed = async (rounds: number, work: () => Promise<unknown>): Promise<number> => {
  await work();
  const taken: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const startedMs = performance.now();
    await work();
    taken.push(performance.now() - startedMs);
  }
  return median(taken);
};

const months = 3;

/** Rows and indexes of all partitions. */
const storage = async (pool: Pool): Promise<readonly Figure[]> => {
  const figures: Figure[] = [];
  for (const [what, tables] of [
    ["by the hour, kept 400 days", ["usage_hourly"]],
    ["by the day, kept for ever", ["usage_daily"]],
    ["totals of tenants and platform", ["usage_totals_hourly", "usage_totals_daily"]],
  ] as const) {
    const [row] = await runSql<{ bytes: number }>(
      pool,
      "select sum(pg_total_relation_size(p.relid))::bigint as bytes from unnest($1::text[]) as t (name), pg_partition_tree(t.name::regclass) as p",
      [tables],
    );
    figures.push({ what: `storage of a key and month, ${what}`, value: Number(row?.bytes) / keys / months / 1024, unit: "kB" });
  }
  return figures;
};

/** The plans of what was measured: indexes, and no scan of all that was ever counted. */
const requireIndexes = async (pool: Pool): Promise<void> => {
  const fromMs = newestMs - 90 * dayMs;
  for (const text of [
    `select * from usage_totals_daily where tenant_id = '${tenantId}' and day_ms >= ${fromMs} and day_ms < ${newestMs}`,
    `select * from usage_daily where tenant_id = '${tenantId}' and day_ms >= ${fromMs} and day_ms < ${newestMs}`,
    `select * from usage_hourly where key_id = 'key_0000000000000000000001' and hour_ms >= ${newestMs - 7 * dayMs} and hour_ms < ${newestMs}`,
  ]) {
    const plan = (await runSql<Record<string, string>>(pool, `explain ${text}`)).map((line) => line["QUERY PLAN"]).join("\n");
    if (/Seq Scan on (?!\w+_rest)/.test(plan) || !/Index Scan|Bitmap/.test(plan)) throw new Error(`The plan uses no index:\n${plan}`);
    console.log(plan);
  }
};
