import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Figure, Report } from "../figure.ts";
import type { Calls } from "../load/plan.ts";
import type { Options } from "../options.ts";
import { type Running, withRunning } from "../running.ts";
import { startScript } from "../servers/script-server.ts";
import { startEngines } from "./engines.ts";
import { startKeywright, tenThousandKeys, verifyCalls } from "./keywright-server.ts";
import { ratioOf } from "./ratio.ts";
import { type Measured, measureInRounds } from "./rounds.ts";
import { toTable } from "./table.ts";
import { type Target, targetOf } from "./target.ts";

export const alternativesFolder = fileURLToPath(new URL("../../alternatives/", import.meta.url));

const names = {
  redis: "Keywright, Redis",
  postgres: "Keywright, PostgreSQL alone",
  betterAuthPostgres: "Better Auth, PostgreSQL",
  betterAuthRedis: "Better Auth, Redis only",
  express: "Express + PostgreSQL + rate-limiter-flexible",
  bcrypt: "bcrypt on every request",
} as const;

/** Their libraries are no part of Keywright, and are installed when they are first measured. */
export const installAlternatives = (): void => {
  execFileSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: alternativesFolder, stdio: "inherit", timeout: 300_000 });
};

/** What people use instead, on the same engines and in the same rounds. */
export const measureAlternatives = ({ rounds = 3, seconds = 4 }: Options): Promise<Report> =>
  withRunning(async (running) => {
    installAlternatives();
    const engines = await startEngines(running);
    const measured = await measureInRounds(await targetsOf(running, engines), { rounds, seconds, warmUpSeconds: 4, engines: engines.pids });
    return { figures: figuresOf(measured), table: toTable(measured), versions: { ...engines.versions, ...versionsOf() } };
  });

type Engines = Awaited<ReturnType<typeof startEngines>>;

const targetsOf = async (running: Running, engines: Engines): Promise<readonly Target[]> => {
  const { postgres, redis } = engines;
  const filling = tenThousandKeys;
  const onRedis = await running.add(startKeywright({ filling, databaseUrl: postgres.newDatabase("beside_redis"), redisUrl: redis.url(0) }));
  const alone = await running.add(startKeywright({ filling, databaseUrl: postgres.newDatabase("alone") }));
  return [
    await targetOf(onRedis, verifyCalls(onRedis, onRedis.keys), { name: names.redis }),
    await targetOf(alone, verifyCalls(alone, alone.keys), { name: names.postgres, connections: 256 }),
    await startAlternative(running, engines, { name: names.betterAuthPostgres, file: "better-auth-postgres", database: 1 }),
    await startAlternative(running, engines, { name: names.betterAuthRedis, file: "better-auth-redis", database: 2 }),
    await startAlternative(running, engines, { name: names.express, file: "express-postgres-limiter", database: 3 }),
    await startAlternative(running, engines, { name: names.bcrypt, file: "bcrypt-every-request", database: 4, connections: 4 }),
  ];
};

interface Alternative {
  readonly name: string;
  readonly file: string;
  readonly database: number;
  readonly connections?: number;
}

const startAlternative = async (running: Running, { postgres, redis }: Engines, { name, file, database, connections }: Alternative): Promise<Target> => {
  const requestsFile = join(mkdtempSync(join(tmpdir(), "keywright-bench-calls-")), "calls.json");
  const env = { DATABASE_URL: postgres.newDatabase(file.replaceAll("-", "_")), REDIS_URL: redis.url(database), KEYS: "10000", REQUESTS_FILE: requestsFile };
  const server = await running.add(startScript(join(alternativesFolder, `${file}.mjs`), env));
  const calls = JSON.parse(readFileSync(requestsFile, "utf8")) as Calls;
  // Ten thousand bcrypts are half an hour: that one is not visited key by key before it is measured.
  return targetOf(server, calls, { name, ...(connections !== undefined && { connections, isSwept: false }) });
};

const versionsOf = (): Readonly<Record<string, string>> =>
  (JSON.parse(readFileSync(join(alternativesFolder, "package.json"), "utf8")) as { dependencies: Record<string, string> }).dependencies;

const figuresOf = (measured: readonly Measured[]): readonly Figure[] => {
  const ratio = ratioOf(measured);
  const times = (one: string, other: string, atLeast?: number): Figure => ({
    what: `throughput, ${one} ÷ ${other}`,
    ...ratio("perSecond", one, other),
    unit: "×",
    ...(atLeast !== undefined && { atLeast }),
  });
  return [
    times(names.redis, names.betterAuthPostgres, 25),
    times(names.redis, names.betterAuthRedis, 9),
    times(names.redis, names.express, 7),
    times(names.postgres, names.betterAuthPostgres, 12),
    times(names.redis, names.bcrypt),
  ];
};
