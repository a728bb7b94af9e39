import { ledgerContract } from "@keywright/core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeWithRedis, type RedisProcess, startRedis } from "../testing/redis-engine.ts";
import { eventually, newId } from "../testing/redis-ledgers.ts";
import { spendInstalling, spendRequest, tallyOf } from "../testing/redis-requests.ts";
import { createRedisLedger, type RedisLedger, type RedisLedgerOptions } from "./ledger.ts";

const startCluster = async (): Promise<readonly RedisProcess[]> => {
  const nodes = await Promise.all([1, 2, 3].map(() => startRedis({ cluster: true })));
  const [first] = nodes;
  await first?.cli("--cluster", "create", ...nodes.map(({ port }) => `127.0.0.1:${port}`), "--cluster-yes");
  for (const { cli } of nodes) await eventually(async () => expect(await cli("CLUSTER", "INFO")).toContain("cluster_state:ok"));
  return nodes;
};

await describeWithRedis("Redis Cluster", () => {
  let nodes: readonly RedisProcess[] = [];
  const opened: RedisLedger[] = [];
  const ledger = (options: Partial<RedisLedgerOptions> = {}): RedisLedger => {
    const url = `redis+cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(",")}`;
    const made = createRedisLedger({
      connection: url,
      newMoveId: () => newId("mov"),
      prefix: `test${opened.length}.`,
      commandDeadlineMs: 10_000,
      connectDeadlineMs: 10_000,
      ...options,
    });
    opened.push(made);
    return made;
  };
  beforeAll(async () => {
    nodes = await startCluster();
  });
  afterAll(async () => {
    await Promise.all(opened.map((each) => each.close()));
    await Promise.all(nodes.map((node) => node.stop()));
  });

  ledgerContract("the Redis ledger on a cluster", async () => {
    const time = { nowMs: Date.UTC(2026, 10, 21, 12, 30) };
    return {
      ledger: ledger({ nowMs: () => time.nowMs }),
      newId,
      advance: (ms: number) => {
        time.nowMs += ms;
      },
    };
  });

  describe("a cluster", () => {
    it("serves the keys of many tenants, on every one of its servers, each exactly", async () => {
      const made = ledger({ prefix: "spread" });
      const requests = Array.from({ length: 400 }, (_, n) =>
        spendRequest({
          key: { id: `key_${n % 100}`, revision: 1 },
          tenant: { id: `ten_${n % 50}`, revision: 1 },
          keyLimit: { limit: 3, windowSeconds: 86_400 },
        }),
      );
      expect(await tallyOf(requests.map((request) => spendInstalling(made, request)))).toEqual({ VALID: 300, RATE_LIMITED: 100 });
      for (const { cli } of nodes) expect(await cli("KEYS", "spread*")).toContain("key_");
    });

    it("has one identity, which changes when any of its servers does", async () => {
      const made = ledger();
      const first = await made.identity();
      expect(first).toMatch(/^[0-9a-f]{40}$/);
      expect(await ledger().identity()).toBe(first);
      await nodes[2]?.kill();
      await nodes[2]?.start();
      for (const { cli } of nodes) await eventually(async () => expect(await cli("CLUSTER", "INFO")).toContain("cluster_state:ok"));
      await eventually(async () => expect(await made.identity()).not.toBe(first));
    });
  });
});
