import type { Figure, Report } from "../figure.ts";
import type { Options } from "../options.ts";
import { type Running, withRunning } from "../running.ts";
import type { Filling } from "../servers/fill-keys.ts";
import { startEngines } from "./engines.ts";
import { type FloodedServer, measureFlood, notFound, strangers } from "./flood.ts";
import { type KeywrightServer, startKeywright, tenThousandKeys, verifyCalls } from "./keywright-server.ts";
import { ratioOf } from "./ratio.ts";
import { type Measured, measureInRounds } from "./rounds.ts";
import { toTable } from "./table.ts";
import { createTally, type Tally } from "./tally.ts";
import { type Target, targetOf, valid } from "./target.ts";

const names = {
  usual: "all keys, of 100 tenants",
  hotKey: "one hot key",
  hotTenant: "all keys, of one tenant",
  manyTenants: "all keys, of 1,000 tenants",
  refused: "all keys, each refused by its limit",
  unknown: "unknown, well-formed keys",
} as const;

/** What the mix of keys costs, on Redis. */
export const measureScenarios = ({ rounds = 3, seconds = 3, sizes: [keys = tenThousandKeys.keys] = [] }: Options): Promise<Report> =>
  withRunning(async (running) => {
    const engines = await startEngines(running);
    const servers = await serversOf(running, engines, keys);
    const tally = createTally();
    const measured = await measureInRounds(await targetsOf(servers), { rounds, seconds, warmUpSeconds: 2, engines: engines.pids, load: tally.load });
    const flood = await measureFlood(servers.usual, tally);
    await requireCounts(servers, tally);
    return {
      figures: [...figuresOf(measured), ...flood],
      table: toTable(measured),
      notes: [`All keys are ${keys.toLocaleString("en")}.`],
      versions: engines.versions,
    };
  });

interface Servers {
  readonly usual: FloodedServer;
  readonly single: KeywrightServer;
  readonly many: KeywrightServer;
  readonly strict: KeywrightServer;
}

/** For the callers of the server. */
const spareRecords = 100;

const serversOf = async (running: Running, { postgres, redis }: Awaited<ReturnType<typeof startEngines>>, keys: number): Promise<Servers> => {
  const taken = { databases: 0 };
  const start = (name: string, change: Partial<Filling> = {}, env: Readonly<Record<string, string>> = {}) => {
    const databaseUrl = postgres.newDatabase(name);
    const starting = startKeywright({ filling: { ...tenThousandKeys, keys, ...change }, databaseUrl, redisUrl: redis.url(taken.databases++), env });
    return running.add(starting.then((server) => ({ ...server, databaseUrl, postgresPid: postgres.pid })));
  };
  return {
    // Room for the live keys, and hardly for more.
    usual: await start("usual", {}, { KEYWRIGHT_CACHE_RECORDS: String(keys + spareRecords) }),
    single: await start("single", { tenants: 1 }),
    many: await start("many", { tenants: 1_000 }),
    // One request a month: the first round spends it.
    strict: await start("strict", { rateLimit: { limit: 1, windowSeconds: 2_592_000 } }),
  };
};

const limited = { ...valid, text: '"code":"RATE_LIMITED"' };

const requireCounts = async ({ usual, single, many, strict }: Servers, { requireCounted }: Tally): Promise<void> => {
  for (const server of [usual, single, many, strict]) await requireCounted([server], "VALID", valid);
  await requireCounted([strict], "RATE_LIMITED", limited);
};

const targetsOf = async ({ usual, single, many, strict }: Servers): Promise<readonly Target[]> => {
  return [
    await targetOf(usual, verifyCalls(usual, usual.keys), { name: names.usual }),
    await targetOf(usual, verifyCalls(usual, usual.keys.slice(0, 1)), { name: names.hotKey }),
    await targetOf(single, verifyCalls(single, single.keys), { name: names.hotTenant }),
    await targetOf(many, verifyCalls(many, many.keys), { name: names.manyTenants }),
    await targetOf(strict, verifyCalls(strict, strict.keys), { name: names.refused, expected: limited, firstAnswer: valid }),
    await targetOf(usual, verifyCalls(usual, strangers(2_000)), { name: names.unknown, expected: notFound }),
  ];
};

const figuresOf = (measured: readonly Measured[]): readonly Figure[] => {
  const ratio = ratioOf(measured);
  const besideUsual = (name: string) => ratio("serverMicros", name, names.usual);
  return [
    { what: "CPU a verification of one hot key ÷ of all keys", ...besideUsual(names.hotKey), unit: "×" },
    { what: "CPU a verification of one hot tenant ÷ of 100", ...besideUsual(names.hotTenant), unit: "×" },
    { what: "CPU a verification of 1,000 tenants ÷ of 100", ...besideUsual(names.manyTenants), unit: "×" },
    { what: "CPU of a refusal by a limit ÷ of a verification", ...besideUsual(names.refused), unit: "×" },
    { what: "CPU of an unknown key ÷ of a verification", ...besideUsual(names.unknown), unit: "×" },
  ];
};
