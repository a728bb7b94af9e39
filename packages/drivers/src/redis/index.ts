export { checkRedis } from "./check.ts";
export { createRedisLedger } from "./ledger.ts";
