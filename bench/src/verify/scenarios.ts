import { mintKey } from "@keywright/core";
import { createRandom, systemClock } from "@keywright/drivers";
import type { Figure, Report } from "../figure.ts";
import { type Running, withRunning } from "../running.ts";
import { startEngines } from "./engines.ts";
import { type KeywrightServer, startKeywright, tenThousandKeys, verifyCalls } from "./keywright-server.ts";
import { type Measured, measureInRounds, ratioOf } from "./rounds.ts";
import { toTable } from "./table.ts";
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
export const measureScenarios = (): Promise<Report> =>
  withRunning(async (running) => {
    const engines = await startEngines(running);
    const measured = await measureInRounds(await targetsOf(running, engines), { rounds: 3, seconds: 3, warmUpSeconds: 3, engines: engines.pids });
    return { figures: figuresOf(measured), table: toTable(measured), versions: engines.versions };
  });

const random = createRandom({ clock: systemClock });
const strangers = (count: number): readonly string[] =>
  Array.from({ length: count }, () => mintKey({ prefix: "pm", bodyLength: 32 }, "live", (bytes) => random.bytes(bytes)));

const targetsOf = async (running: Running, { postgres, redis }: Awaited<ReturnType<typeof startEngines>>): Promise<readonly Target[]> => {
  const start = (name: string, database: number, change: Partial<typeof tenThousandKeys>): Promise<KeywrightServer> =>
    running.add(startKeywright({ filling: { ...tenThousandKeys, ...change }, databaseUrl: postgres.newDatabase(name), redisUrl: redis.url(database) }));
  const usual = await start("usual", 0, {});
  const single = await start("single", 1, { tenants: 1 });
  const many = await start("many", 2, { tenants: 1_000 });
  // One request a month: the first round spends it.
  const strict = await start("strict", 3, { rateLimit: { limit: 1, windowSeconds: 2_592_000 } });
  const answered = (code: string) => ({ ...valid, text: `"code":"${code}"` });
  return [
    await targetOf(usual, verifyCalls(usual, usual.keys), { name: names.usual }),
    await targetOf(usual, verifyCalls(usual, usual.keys.slice(0, 1)), { name: names.hotKey }),
    await targetOf(single, verifyCalls(single, single.keys), { name: names.hotTenant }),
    await targetOf(many, verifyCalls(many, many.keys), { name: names.manyTenants }),
    await targetOf(strict, verifyCalls(strict, strict.keys), { name: names.refused, expected: answered("RATE_LIMITED"), firstAnswer: valid }),
    await targetOf(usual, verifyCalls(usual, strangers(2_000)), { name: names.unknown, expected: answered("NOT_FOUND") }),
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
