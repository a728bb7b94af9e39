import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Figure, Report } from "../figure.ts";
import type { Calls } from "../load/plan.ts";
import type { Options } from "../options.ts";
import { withRunning } from "../running.ts";
import { startScript } from "../servers/script-server.ts";
import { startEngines } from "./engines.ts";
import { startKeywright, tenThousandKeys } from "./keywright-server.ts";
import { type Measured, measureInRounds } from "./rounds.ts";
import { toTable } from "./table.ts";
import { targetOf } from "./target.ts";

const script = fileURLToPath(new URL("../../src/servers/guarded-express.mjs", import.meta.url));

const names = {
  none: "Express, unguarded",
  hand: "with a hand-written look-up and limiter",
  remote: "with the middleware, Keywright over HTTP",
  engine: "with the middleware, engine in the process",
} as const;
type Guard = keyof typeof names;

/** Few: each guard reads every one of them from the store before it is measured. */
const thousandKeys = { ...tenThousandKeys, keys: 1_000 };

/** What guarding a route costs the process of the API, in both modes, beside no guard and one written by hand. */
export const measureMiddleware = ({ rounds = 5, seconds = 3 }: Options): Promise<Report> =>
  withRunning(async (running) => {
    const { postgres, redis, pids, versions } = await startEngines(running);
    const databaseUrl = postgres.newDatabase("middleware");
    const server = await running.add(startKeywright({ filling: thousandKeys, databaseUrl, redisUrl: redis.url(0) }));
    const keysFile = join(await mkdtemp(join(tmpdir(), "keywright-bench-middleware-")), "keys.json");
    await writeFile(keysFile, JSON.stringify(server.keys));
    const env = {
      ...server.env,
      KEYS_FILE: keysFile,
      GUARD_AT: `http://127.0.0.1:${server.port}`,
      GUARD_ROOT_KEY: server.rootKey,
      HAND_DATABASE_URL: postgres.newDatabase("by_hand"),
      HAND_REDIS_URL: redis.url(1),
    };
    const targets = [];
    for (const guard of Object.keys(names) as Guard[]) {
      const app = await running.add(startScript(script, { ...env, GUARD: guard }));
      targets.push(await targetOf(app, callsWith(server.keys), { name: names[guard], isSwept: guard !== "none" }));
    }
    const measured = await measureInRounds(targets, { rounds, seconds, warmUpSeconds: 3, engines: pids });
    return { figures: figuresOf(measured), table: toTable(measured), notes, versions };
  });

const callsWith = (keys: readonly string[]): Calls => ({
  path: "/v1/emails",
  method: "GET",
  headers: {},
  bodyHeader: "authorization",
  bodies: keys.map((key) => `Bearer ${key}`),
});

const notes = [
  "Processor time is that of the API's own process; over HTTP, Keywright's process has its own (see the benchmark verify), and here both share one core.",
];

const figuresOf = (measured: readonly Measured[]): Figure[] => {
  const of = (guard: Guard): Measured => {
    const found = measured.find(({ name }) => name === names[guard]);
    if (found === undefined) throw new Error(`${names[guard]} was not measured.`);
    return found;
  };
  const added = (guard: Guard, field: "serverMicros" | "p50Ms"): number => of(guard)[field] - of("none")[field];
  const guarded = ["hand", "remote", "engine"] as const;
  return [
    ...guarded.map((guard) => ({ what: `added CPU a request, ${names[guard]}`, value: added(guard, "serverMicros"), unit: "µs" })),
    ...guarded.map((guard) => ({ what: `added latency (p50, 64 connections), ${names[guard]}`, value: added(guard, "p50Ms"), unit: "ms" })),
    { what: "added CPU, over HTTP ÷ written by hand", value: added("remote", "serverMicros") / added("hand", "serverMicros"), unit: "×" },
    { what: "added CPU, in the process ÷ written by hand", value: added("engine", "serverMicros") / added("hand", "serverMicros"), unit: "×" },
  ];
};
