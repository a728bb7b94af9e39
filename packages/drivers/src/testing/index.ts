export { describeWithPostgres, type PostgresServer } from "./postgres-engine.ts";
export { describeWithRedis, type RedisOptions, type RedisProcess, type Sentinels, startRedis, startSentinels } from "./redis-engine.ts";
