import { ledgerContract } from "@keywright/core/testing";
import { afterAll, beforeAll } from "vitest";
import { describeWithRedis, type RedisProcess, startRedis } from "../testing/redis-engine.ts";
import { createRedisLedger, type RedisLedger } from "./ledger.ts";

const start = Date.UTC(2026, 10, 21, 12, 30);

await describeWithRedis("Redis", () => {
  let server: RedisProcess | undefined;
  const opened: RedisLedger[] = [];
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(async () => {
    await Promise.all(opened.map((ledger) => ledger.close()));
    await server?.stop();
  });

  ledgerContract("the Redis ledger", async () => {
    if (server === undefined) throw new Error("The server has not been started.");
    const time = { nowMs: start, ids: 0 };
    const newId = (prefix: string) => {
      time.ids += 1;
      return `${prefix}_${time.ids}`;
    };
    const ledger = createRedisLedger({ connection: server.url, newMoveId: () => newId("mov"), prefix: `test${opened.length}.`, nowMs: () => time.nowMs });
    opened.push(ledger);
    return {
      ledger,
      newId,
      advance: (ms: number) => {
        time.nowMs += ms;
      },
    };
  });
});
