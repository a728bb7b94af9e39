import type { Figure, Report } from "../figure.ts";
import type { Options } from "../options.ts";
import { type Running, withRunning } from "../running.ts";
import { scriptOf, startScript } from "../servers/script-server.ts";
import { startEngines } from "./engines.ts";
import { batchCalls, batchSize, startKeywright, tenThousandKeys, verifyCalls } from "./keywright-server.ts";
import { ratioOf } from "./ratio.ts";
import { type Measured, measureInRounds } from "./rounds.ts";
import { toTable } from "./table.ts";
import { type Target, targetOf, valid } from "./target.ts";

const names = {
  bare: "bare node:http",
  fastify: "bare Fastify",
  redis: "Keywright, Redis",
  postgres: "Keywright, PostgreSQL alone",
  memory: "Keywright, embedded",
  batch: `Keywright, Redis, ${batchSize} keys a request`,
  junk: "Keywright, malformed keys",
} as const;

/** One verification over HTTP, beside a server that does nothing. */
export const measureVerify = ({ rounds = 7, seconds = 4 }: Options): Promise<Report> =>
  withRunning(async (running) => {
    const engines = await startEngines(running);
    const measured = await measureInRounds(await targetsOf(running, engines), { rounds, seconds, warmUpSeconds: 5, engines: engines.pids });
    return { figures: figuresOf(measured), table: toTable(measured), versions: engines.versions };
  });

const targetsOf = async (running: Running, { postgres, redis }: Awaited<ReturnType<typeof startEngines>>): Promise<readonly Target[]> => {
  const filling = tenThousandKeys;
  const bare = await running.add(startScript(scriptOf("bare-http")));
  const fastify = await running.add(startScript(scriptOf("bare-fastify")));
  const onRedis = await running.add(startKeywright({ filling, databaseUrl: postgres.newDatabase("beside_redis"), redisUrl: redis.url(0) }));
  const alone = await running.add(startKeywright({ filling, databaseUrl: postgres.newDatabase("alone") }));
  const embedded = await running.add(startKeywright({ filling }));
  const plain = { path: "/verify", headers: {}, bodies: verifyCalls(onRedis, onRedis.keys).bodies };
  const malformed = { ...valid, text: '"code":"MALFORMED"' };
  // Whoever leaves counts to deliver leaves them to its neighbours: the two whose deliveries are dear stand apart from all that a bar is about, behind a server that has none.
  return [
    await targetOf(onRedis, batchCalls(onRedis, onRedis.keys), { name: names.batch, perRequest: batchSize, connections: 16 }),
    await targetOf(onRedis, verifyCalls(onRedis, onRedis.keys), { name: names.redis }),
    await targetOf(bare, plain, { name: names.bare }),
    await targetOf(onRedis, verifyCalls(onRedis, onRedis.keys.map(misspelt)), { name: names.junk, expected: malformed }),
    await targetOf(fastify, plain, { name: names.fastify }),
    await targetOf(alone, verifyCalls(alone, alone.keys), { name: names.postgres, connections: 256 }),
    await targetOf(embedded, verifyCalls(embedded, embedded.keys), { name: names.memory }),
  ];
};

/** A key with one character changed: its checksum tells. */
const misspelt = (key: string): string => `${key.slice(0, -1)}${key.endsWith("0") ? "1" : "0"}`;

const figuresOf = (measured: readonly Measured[]): readonly Figure[] => {
  const ratio = ratioOf(measured);
  return [
    { what: "CPU a verification with Redis ÷ a bare reply", ...ratio("serverMicros", names.redis, names.bare), unit: "×", bar: 1.45, isGuarded: true },
    { what: "CPU a verification, embedded ÷ a bare reply", ...ratio("serverMicros", names.memory, names.bare), unit: "×", isGuarded: true },
    { what: "throughput with Redis ÷ bare", ...ratio("perSecond", names.redis, names.bare), unit: "×", atLeast: 0.65 },
    { what: `verifications/s, ${batchSize} keys a request ÷ one`, ...ratio("perSecond", names.batch, names.redis), unit: "×", atLeast: 5 },
    { what: `CPU of the server a verification, one a request ÷ ${batchSize}`, ...ratio("serverMicros", names.redis, names.batch), unit: "×" },
    { what: "CPU of refusing a malformed key ÷ a bare reply", ...ratio("serverMicros", names.junk, names.bare), unit: "×", bar: 1.1 },
  ];
};
