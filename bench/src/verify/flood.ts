import { setTimeout } from "node:timers/promises";
import { mintKey } from "@keywright/core";
import { createRandom, openPostgres, systemClock } from "@keywright/drivers";
import { cpuMicros } from "../engines/cpu-time.ts";
import type { Figure } from "../figure.ts";
import type { LoadResult } from "../load/plan.ts";
import { runSql } from "../servers/run-sql.ts";
import { type KeywrightServer, verifyCalls } from "./keywright-server.ts";
import { sweepOf } from "./rounds.ts";
import type { Tally } from "./tally.ts";
import { type Target, targetOf, valid } from "./target.ts";

const random = createRandom({ clock: systemClock });

/** Well-formed keys that nobody has created. */
export const strangers = (count: number): readonly string[] =>
  Array.from({ length: count }, () => mintKey({ prefix: "pm", bodyLength: 32 }, "live", (bytes) => random.bytes(bytes)));

export const notFound = { ...valid, text: '"code":"NOT_FOUND"' };

export interface FloodedServer extends KeywrightServer {
  readonly databaseUrl: string;
  /** The process of its PostgreSQL. */
  readonly postgresPid: number;
}

const floodSeconds = 8;
/** As few as a sweep's: a flood that keeps the store from answering within a verification's second is answered 503, and measures nothing but that. */
const floodConnections = 16;
/** More than are sent in that time, so that hardly any is sent twice. */
const strangerCount = 200_000;

/**
 * Live keys alone, then beside a flood of unknown ones, on a server that has all live keys in its cache and hardly room for more: had an unknown
 * key pushed one out, the store would be asked for it again afterwards.
 */
export const measureFlood = async (server: FloodedServer, { load }: Tally): Promise<readonly Figure[]> => {
  const live = await targetOf(server, verifyCalls(server, server.keys), { name: "live" });
  const flood = await targetOf(server, verifyCalls(server, strangers(strangerCount)), {
    name: "flood",
    connections: floodConnections,
    expected: notFound,
  });
  const measure = (target: Target) => load({ ...target, seconds: floodSeconds, isPreparing: target === flood });
  const alone = await measure(live);
  const before = { ...(await readsOf(server)), micros: cpuMicros(server.postgresPid), ms: performance.now() };
  const [beside, flooded] = await Promise.all([measure(live), measure(flood)]);
  const postgresShare = (cpuMicros(server.postgresPid) - before.micros) / 1_000 / (performance.now() - before.ms);
  const during = await readsOf(server);
  await load(sweepOf(live));
  const after = await readsOf(server);
  return figuresOf({ alone, beside, flooded, postgresShare, readsDuring: during.secrets - before.secrets, readsAfter: after.secrets - during.secrets });
};

interface Flooded {
  readonly alone: LoadResult;
  readonly beside: LoadResult;
  readonly flooded: LoadResult;
  readonly postgresShare: number;
  readonly readsDuring: number;
  readonly readsAfter: number;
}

const perSecond = ({ requests, seconds }: LoadResult): number => requests / seconds;

const figuresOf = ({ alone, beside, flooded, postgresShare, readsDuring, readsAfter }: Flooded): readonly Figure[] => [
  { what: "live keys alone", value: perSecond(alone), unit: "verifications/s" },
  { what: "live keys beside a flood of unknown ones", value: perSecond(beside), unit: "verifications/s" },
  { what: "the flood", value: perSecond(flooded), unit: "verifications/s" },
  { what: "p99 of live keys beside the flood ÷ alone", value: beside.p99Ms / alone.p99Ms, unit: "×" },
  { what: "reads of the store for an unknown key", value: readsDuring / flooded.requests, unit: "reads", bar: 1 },
  { what: "PostgreSQL during the flood", value: postgresShare, unit: "cores" },
  { what: "reads of the store for all live keys after the flood", value: readsAfter, unit: "reads", bar: 0 },
];

/** PostgreSQL's processes tell of what they have read when they have been idle for ten seconds. */
const statisticsMs = 11_000;

const readsOf = async ({ databaseUrl }: FloodedServer): Promise<{ readonly secrets: number }> => {
  await setTimeout(statisticsMs);
  const pool = openPostgres({ url: databaseUrl, maxConnections: 1 });
  try {
    const [found] = await runSql<{ reads: string }>(pool, "select idx_scan as reads from pg_stat_user_indexes where indexrelname = 'key_secrets_digest_key'");
    return { secrets: Number(found?.reads) };
  } finally {
    await pool.end();
  }
};
