import { Pool } from "pg";
import { createClient } from "redis";
import { fail, setting } from "./contract.mjs";

const deadlineMs = 10_000;

/** Enough connections to keep PostgreSQL busy on a few cores; with more, the requests only wait there instead of here. */
export const openPool = () => {
  const pool = new Pool({
    connectionString: setting("DATABASE_URL"),
    max: 20,
    connectionTimeoutMillis: deadlineMs,
    query_timeout: deadlineMs,
    statement_timeout: deadlineMs,
  });
  pool.on("error", fail);
  return pool;
};

/**
 * One multiplexed connection, as node-redis means it. A deadline on each command costs an AbortSignal a command; the socket's own deadline, kept quiet
 * by a ping while nobody asks, costs nothing on the way.
 */
export const openRedis = async () => {
  const redis = createClient({
    url: setting("REDIS_URL"),
    disableOfflineQueue: true,
    pingInterval: deadlineMs / 4,
    socket: { connectTimeout: deadlineMs, socketTimeout: deadlineMs, reconnectStrategy: false },
  });
  redis.on("error", fail);
  await redis.connect();
  return redis;
};
