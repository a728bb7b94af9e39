import type { Figure, Report } from "../figure.ts";
import type { Options } from "../options.ts";
import { type Running, withRunning } from "../running.ts";
import { startEngines } from "./engines.ts";
import { type FloodedServer, measureFlood, notFound, strangers } from "./flood.ts";
import { type KeywrightServer, startKeywright, tenThousandKeys, verifyCalls } from "./keywright-server.ts";
import { type Measured, measureInRounds, ratioOf } from "./rounds.ts";
import { toTable } from "./table.ts";
import { createTally, type Tally } from "./tally.ts";
import { type Target, targetOf, valid } from "./target.ts";

const names = {
  usual: "10,000 keys of 100 tenants",
  hotKey: "one hot key",
  hotTenant: "10,000 keys of one tenant",
  manyTenants: "10,000 keys of 1,000 tenants",
  refused: "10,000 keys, each refused by its limit",
  unknown: "unknown, well-formed keys",
} as const;

/** What the mix of keys costs, on Redis. */
export const measureScenarios = ({ rounds = 3, seconds = 3 }: Options): Promise<Report> =>
  withRunning(async (running) => {
    const engines = await startEngines(running);
    const servers = await serversOf(running, engines);
    const tally = createTally();
    const measured = await measureInRounds(await targetsOf(servers), { rounds, seconds, warmUpSeconds: 3, engines: engines.pids, load: tally.load });
    const flood = await measureFlood(servers.flooded, tally);
    await requireCounts(servers, tally);
    return { figures: [...figuresOf(measured), ...flood], table: toTable(measured), versions: engines.versions };
  });

interface Servers {
  readonly usual: KeywrightServer;
  readonly single: KeywrightServer;
  readonly many: KeywrightServer;
  readonly strict: KeywrightServer;
  readonly flooded: FloodedServer;
}

const serversOf = async (running: Running, { postgres, redis }: Awaited<ReturnType<typeof startEngines>>): Promise<Servers> => {
  const start = (name: string, database: number, change: Partial<Parameters<typeof startKeywright>[0]["filling"]> = {}, env = {}) => {
    const databaseUrl = postgres.newDatabase(name);
    const starting = startKeywright({ filling: { ...tenThousandKeys, ...change }, databaseUrl, redisUrl: redis.url(database), env });
    return running.add(starting.then((server) => ({ ...server, databaseUrl, postgresPid: postgres.pid })));
  };
  return {
    usual: await start("usual", 0),
    single: await start("single", 1, { tenants: 1 }),
    many: await start("many", 2, { tenants: 1_000 }),
    // One request a month: the first round spends it.
    strict: await start("strict", 3, { rateLimit: { limit: 1, windowSeconds: 2_592_000 } }),
    // Room for the live keys, and hardly for more.
    flooded: await start("flooded", 4, {}, { KEYWRIGHT_CACHE_RECORDS: "10100" }),
  };
};

const limited = { ...valid, text: '"code":"RATE_LIMITED"' };

const requireCounts = async ({ usual, single, many, strict, flooded }: Servers, { requireCounted }: Tally): Promise<void> => {
  for (const server of [usual, single, many, strict, flooded]) await requireCounted(server, "VALID", valid);
  await requireCounted(strict, "RATE_LIMITED", limited);
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
    { what: "CPU a verification of one hot key ÷ of 10,000", value: besideUsual(names.hotKey), unit: "×" },
    { what: "CPU a verification of one hot tenant ÷ of 100", value: besideUsual(names.hotTenant), unit: "×" },
    { what: "CPU a verification of 1,000 tenants ÷ of 100", value: besideUsual(names.manyTenants), unit: "×" },
    { what: "CPU of a refusal by a limit ÷ of a verification", value: besideUsual(names.refused), unit: "×" },
    { what: "CPU of an unknown key ÷ of a verification", value: besideUsual(names.unknown), unit: "×" },
  ];
};
