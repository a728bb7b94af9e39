import { startPostgres } from "../engines/postgres-process.ts";
import { startRedis } from "../engines/redis-process.ts";
import type { Running } from "../running.ts";

/** PostgreSQL, whose commits wait for the disk, and Redis: for everything that is measured beside one another. */
export const startEngines = async (running: Running) => {
  const postgres = await running.add(startPostgres({ isSynced: true, core: "rest" }));
  const redis = await running.add(startRedis("rest"));
  return { postgres, redis, pids: { redis: redis.pid, postgres: postgres.pid }, versions: { postgres: postgres.version, redis: redis.version } };
};
