import { fileURLToPath } from "node:url";
import { startPostgres } from "../engines/postgres-process.ts";
import { startRedis } from "../engines/redis-process.ts";
import type { Figure, Report } from "../figure.ts";
import { startScript } from "../servers/script-server.ts";
import { batchCalls, batchSize, startKeywright, tenThousandKeys, verifyCalls } from "./keywright-server.ts";
import { type Measured, measureInRounds } from "./rounds.ts";
import { toTable } from "./table.ts";
import { type Target, targetOf, valid } from "./target.ts";

const script = (name: string): string => fileURLToPath(new URL(`../../src/servers/${name}.mjs`, import.meta.url));

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
export const measureVerify = async (): Promise<Report> => {
  const stops: (() => Promise<void>)[] = [];
  const started = async <T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
    const one = await starting;
    stops.push(() => one.stop());
    return one;
  };
  try {
    const postgres = await started(startPostgres({ isSynced: true, core: "rest" }));
    const redis = await started(startRedis("rest"));
    const bare = await started(startScript(script("bare-http")));
    const fastify = await started(startScript(script("bare-fastify")));
    const filling = tenThousandKeys;
    const onRedis = await started(startKeywright({ filling, databaseUrl: postgres.newDatabase("beside_redis"), redisUrl: redis.url(0) }));
    const alone = await started(startKeywright({ filling, databaseUrl: postgres.newDatabase("alone") }));
    const embedded = await started(startKeywright({ filling }));
    const plain = { path: "/verify", headers: {}, bodies: verifyCalls(onRedis, onRedis.keys).bodies };
    const targets: readonly Target[] = [
      await targetOf(bare, plain, { name: names.bare }),
      await targetOf(fastify, plain, { name: names.fastify }),
      await targetOf(onRedis, verifyCalls(onRedis, onRedis.keys), { name: names.redis }),
      await targetOf(alone, verifyCalls(alone, alone.keys), { name: names.postgres, connections: 256 }),
      await targetOf(embedded, verifyCalls(embedded, embedded.keys), { name: names.memory }),
      await targetOf(onRedis, batchCalls(onRedis, onRedis.keys), { name: names.batch, perRequest: batchSize }),
      await targetOf(onRedis, verifyCalls(onRedis, onRedis.keys.map(misspelt)), {
        name: names.junk,
        expected: { ...valid, text: '"code":"MALFORMED"' },
      }),
    ];
    const engines = { redis: redis.pid, postgres: postgres.pid };
    const measured = await measureInRounds(targets, { rounds: 5, seconds: 4, warmUpSeconds: 5, engines });
    return { figures: figuresOf(measured), table: toTable(measured), versions: { postgres: postgres.version, redis: redis.version } };
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
};

/** A key with one character changed: its checksum tells. */
const misspelt = (key: string): string => `${key.slice(0, -1)}${key.endsWith("0") ? "1" : "0"}`;

const figuresOf = (measured: readonly Measured[]): readonly Figure[] => {
  const of = (name: string): Measured => {
    const found = measured.find((one) => one.name === name);
    if (found === undefined) throw new Error(`${name} was not measured.`);
    return found;
  };
  const ratio = (field: "serverMicros" | "perSecond", one: string, other: string): number => of(one)[field] / of(other)[field];
  return [
    { what: "CPU a verification with Redis ÷ a bare reply", value: ratio("serverMicros", names.redis, names.bare), unit: "×", bar: 1.45, isGuarded: true },
    { what: "CPU a verification, embedded ÷ a bare reply", value: ratio("serverMicros", names.memory, names.bare), unit: "×", isGuarded: true },
    { what: "throughput with Redis ÷ bare", value: ratio("perSecond", names.redis, names.bare), unit: "×", atLeast: 0.65 },
    { what: `verifications/s, ${batchSize} keys a request ÷ one`, value: ratio("perSecond", names.batch, names.redis), unit: "×", atLeast: 5 },
    { what: "CPU of refusing a malformed key ÷ a bare reply", value: ratio("serverMicros", names.junk, names.bare), unit: "×", bar: 1.1 },
  ];
};
