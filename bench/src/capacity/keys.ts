import type { Figure, Report } from "../figure.ts";
import type { Options } from "../options.ts";
import { type Running, withRunning } from "../running.ts";
import { startEngines } from "../verify/engines.ts";
import { type KeywrightServer, startKeywright, tenThousandKeys, verifyCalls } from "../verify/keywright-server.ts";
import { ratioOf } from "../verify/ratio.ts";
import { type Measured, measureInRounds, sweepOf } from "../verify/rounds.ts";
import { toTable } from "../verify/table.ts";
import { createTally, type Tally } from "../verify/tally.ts";
import { type Target, targetOf, valid } from "../verify/target.ts";
import { idleEntries, settledBytes } from "./redis-memory.ts";
import { type TableBytes, tableBytes } from "./table-bytes.ts";

const defaultSizes = [1_000, 10_000, 100_000];
const largestWanted = 10_000_000;
const keysOfTenant = 100;

type Engines = Awaited<ReturnType<typeof startEngines>>;

interface Filled {
  readonly size: number;
  /** Its number of Redis's databases. */
  readonly database: number;
  readonly databaseUrl: string;
  readonly server: KeywrightServer;
  readonly target: Target;
}

/** What a size left behind when all its keys had been in use. */
interface Left {
  readonly size: number;
  readonly heapBytes: number;
  readonly redisBytes: number;
  readonly tables: TableBytes;
}

/** More and more keys in use, each size with a server, a database and a Redis database of its own, all of them loaded in turn. */
export const measureKeys = ({ rounds = 5, seconds = 4, sizes = defaultSizes }: Options): Promise<Report> =>
  withRunning(async (running) => {
    const engines = await startEngines(running);
    const tally = createTally();
    const all: (Filled & { readonly redisBytes: number })[] = [];
    for (const [database, size] of sizes.toSorted((a, b) => a - b).entries()) {
      const filled = await startFilled(running, engines, { size, database });
      all.push({ ...filled, redisBytes: await useAll(engines, filled, tally) });
      console.error(`${size} keys are in use`);
    }
    const targets = all.map(({ target }) => target);
    // The counts of many keys are many rows, which the store goes on writing while the next one is measured: the smallest size comes first.
    const settle = async (): Promise<void> => {
      for (const { server, database } of all) {
        await tally.requireCounted([server], "VALID", valid);
        await idleEntries(engines.redis, database);
      }
    };
    const measured = await measureInRounds(targets, { rounds, seconds, warmUpSeconds: 4, engines: engines.pids, load: tally.load, settle });
    const left: Left[] = [];
    for (const { server, size, databaseUrl, redisBytes } of all) {
      await tally.requireCounted([server], "VALID", valid);
      const { heapBytes } = await server.process.ask("collect");
      left.push({ size, heapBytes, redisBytes, tables: await tableBytes(databaseUrl) });
    }
    const idle = await idleEntries(engines.redis, all.length - 1);
    return {
      figures: [...speedOf(all, measured), ...memoryOf(left), ...idleFigures(idle), ...tablesOf(left)],
      table: toTable(measured).map((row, place) => ({
        ...row,
        keys: all[place]?.size ?? 0,
        "heap MB": megabytes(left[place]?.heapBytes),
        "Redis MB": megabytes(left[place]?.redisBytes),
      })),
      notes: notesOf(sizes),
      versions: engines.versions,
    };
  });

/** A million of them beside a thousand. Takes twenty-five minutes, most of that for the keys' first uses and for the store to write their counts. */
export const measureMillion = (options: Options): Promise<Report> => measureKeys({ sizes: [1_000, 1_000_000], ...options });

const nameOf = (size: number): string => `${size.toLocaleString("en")} keys`;
const megabytes = (bytes = 0): number => Number((bytes / 1e6).toFixed(1));

const startFilled = async (running: Running, { postgres, redis }: Engines, { size, database }: Pick<Filled, "size" | "database">): Promise<Filled> => {
  const databaseUrl = postgres.newDatabase(`keys_${size}`);
  const filling = { ...tenThousandKeys, keys: size, tenants: Math.max(1, size / keysOfTenant) };
  // Room for the records of the keys, and of the caller.
  const env = { KEYWRIGHT_CACHE_RECORDS: String(size + 100) };
  const server = await running.add(startKeywright({ filling, databaseUrl, redisUrl: redis.url(database), env }));
  const target = await targetOf(server, verifyCalls(server, server.keys), { name: nameOf(size), isSwept: false });
  return { size, database, databaseUrl, server, target };
};

/** Uses each key once; what Redis has in its memory for that when everything counted has reached the store. */
const useAll = async ({ redis }: Engines, { target, server, database }: Filled, { load, requireCounted }: Tally): Promise<number> => {
  const before = await settledBytes(redis, database);
  await load(sweepOf(target));
  await requireCounted([server], "VALID", valid);
  return (await settledBytes(redis, database)) - before;
};

const speedOf = (all: readonly Filled[], measured: readonly Measured[]): readonly Figure[] => {
  const [first, ...others] = all;
  if (first === undefined) return [];
  const ratio = ratioOf(measured);
  return others.flatMap(({ size }): Figure[] => {
    const names = [nameOf(size), nameOf(first.size)] as const;
    const beside = names.join(" ÷ ");
    return [
      { what: `throughput, ${beside}`, ...ratio("perSecond", ...names), unit: "×", ...(size === 100_000 && { atLeast: 0.8 }) },
      { what: `CPU a verification, ${beside}`, ...ratio("serverMicros", ...names), unit: "×" },
      { what: `p99, ${beside}`, ...ratio("p99Ms", ...names), unit: "×", ...(size === 1_000_000 && { bar: 3 }) },
    ];
  });
};

/** From the smallest size to the largest: what the process and the engines have of themselves falls out. */
const memoryOf = (left: readonly Left[]): readonly Figure[] => {
  const [small, large] = [left[0], left.at(-1)];
  if (small === undefined || large === undefined || small === large) return [];
  const slope = (of: (one: Left) => number): number => (of(large) - of(small)) / (large.size - small.size);
  return [
    { what: "heap of a cached record", value: slope(({ heapBytes }) => heapBytes), unit: "bytes", bar: 600 },
    { what: "Redis memory of an active key", value: slope(({ redisBytes }) => redisBytes), unit: "bytes", bar: 250 },
  ];
};

const hourMs = 3_600_000;

const idleFigures = ({ unending, longestMs }: Awaited<ReturnType<typeof idleEntries>>): readonly Figure[] => [
  { what: "Redis entries of idle keys that have no end", value: unending, unit: "entries", bar: 0 },
  { what: "the longest that an idle key's entry stays", value: longestMs / hourMs, unit: "hours", bar: 1 },
];

/** Of the largest size, in which a page that is not full weighs least. */
const tablesOf = (left: readonly Left[]): readonly Figure[] => {
  const large = left.at(-1);
  if (large === undefined) return [];
  const { keys, activity, usage } = large.tables;
  return [
    { what: "PostgreSQL: rows of a key with its secret", value: keys.rows / large.size, unit: "bytes" },
    { what: "PostgreSQL: their indexes", value: keys.indexes / large.size, unit: "bytes" },
    { what: "PostgreSQL: last use and budgets of a key, with indexes", value: (activity.rows + activity.indexes) / large.size, unit: "bytes" },
    { what: "PostgreSQL: one row of counts (key, hour, endpoint, verdict), with indexes", value: (usage.rows + usage.indexes) / usage.count, unit: "bytes" },
  ];
};

const notesOf = (sizes: readonly number[]): readonly string[] =>
  [1_000_000, largestWanted]
    .filter((size) => !sizes.includes(size))
    .map((size) =>
      size === largestWanted
        ? `${nameOf(size)} were not measured: the load would hold gigabytes of requests, and PostgreSQL 10 GB of rows and indexes.`
        : `${nameOf(size)} were not measured in this run: the benchmark million does.`,
    );
