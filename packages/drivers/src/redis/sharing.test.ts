import { expect, it } from "vitest";
import { describeWithRedis } from "../testing/redis-engine.ts";
import { drain, ledgerOn, newId, requestsIn, server } from "../testing/redis-ledgers.ts";
import { spendInstalling, spendRequest, tallyOf } from "../testing/redis-requests.ts";
import { shardNames } from "./names.ts";
import { maxBatchSize } from "./spend-batch.ts";

const unlimited = spendRequest({ keyLimit: null });
const lineOf = (outcome: string, requests: number) => expect.objectContaining({ keyId: "key_1", endpoint: "GET /v1/things", outcome, requests });

await describeWithRedis("Redis: requests that cannot be told apart", () => {
  it("are asked once a turn and counted each, by the process itself and by its heir", async () => {
    const process = await server();
    const time = { nowMs: Date.UTC(2026, 10, 21) };
    const [one, heir] = [
      ledgerOn(process.url, { nowMs: () => time.nowMs, newMoveId: () => newId("dying") }),
      ledgerOn(process.url, { nowMs: () => time.nowMs }),
    ];
    await spendInstalling(one, unlimited);
    const before = await callsOf(process);
    expect(await tallyOf(Array.from({ length: 500 }, () => one.spend({ ...unlimited })))).toEqual({ VALID: 500 });
    expect((await callsOf(process)) - before).toBe(1);
    await one.close();
    time.nowMs += 31_000;
    expect((await drain(heir)).flatMap(({ counts }) => counts)).toEqual([lineOf("VALID", 501)]);
  });

  it("are one only where all agrees: who asks, what for, from where, and what was decided", async () => {
    const { url } = await server();
    const ledger = ledgerOn(url);
    await spendInstalling(ledger, unlimited);
    const changes = [{}, {}, { decided: "EXPIRED" as const }, { ip: "203.0.113.8" }, { endpoint: "GET /v1/others" }];
    expect(await tallyOf(changes.map((change) => ledger.spend({ ...unlimited, ...change })))).toEqual({ VALID: 4, EXPIRED: 1 });
    const counts = (await drain(ledger)).flatMap((move) => move.counts);
    expect(counts).toHaveLength(3);
    expect(counts).toEqual(expect.arrayContaining([lineOf("VALID", 4), lineOf("EXPIRED", 1)]));
  });

  it("are each asked by themselves where a budget is charged, or nothing may be", async () => {
    const { url } = await server();
    const ledger = ledgerOn(url);
    const limited = spendRequest({ keyLimit: { limit: 3, windowSeconds: 2_592_000 } });
    await spendInstalling(ledger, { ...limited, dryRun: true });
    expect(await tallyOf(Array.from({ length: 10 }, () => ledger.spend(limited)))).toEqual({ VALID: 3, RATE_LIMITED: 7 });
    const quota = { ...unlimited, monthlyQuota: 2 };
    expect(await tallyOf(Array.from({ length: 5 }, () => ledger.spend(quota)))).toEqual({ VALID: 2, QUOTA_EXCEEDED: 3 });
    await tallyOf(Array.from({ length: 5 }, () => ledger.spend({ ...unlimited, dryRun: true })));
    expect(requestsIn(await drain(ledger))).toBe(15);
  });

  it("hear of a change that was told before they asked, all of them", async () => {
    const { url } = await server();
    const [one, other] = [ledgerOn(url), ledgerOn(url)];
    await spendInstalling(one, unlimited);
    await other.announce([{ id: "key_1", revision: 2 }]);
    expect(await tallyOf(Array.from({ length: 50 }, () => one.spend({ ...unlimited })))).toEqual({ STALE: 50 });
  });
});

await describeWithRedis("Redis: as many keys as one step takes", () => {
  it("are missed, installed and charged behind their caller, each of a tenant of its own, in one call each time", async () => {
    const process = await server();
    const ledger = ledgerOn(process.url);
    const caller = { ...unlimited, key: { id: "key_root", revision: 1 } };
    await spendInstalling(ledger, caller);
    const budget = (subjectId: string) => ({ subjectId, bucket: { tokens: 5, fraction: 0, atMs: Date.now() }, quota: { month: 1, used: 1 } });
    const requests = Array.from({ length: maxBatchSize }, (_, number) =>
      spendRequest({
        key: { id: `key_${number}`, revision: 1 },
        tenant: { id: `ten_${number}`, revision: 1 },
        poolLimit: { limit: 1_000 + number, windowSeconds: 2_592_000 },
        monthlyQuota: 1_000_000 + number,
      }),
    );
    const missed = (await ledger.spendAllBehind(caller, requests)) ?? [];
    const installing = requests.map((request, place) => {
      const result = missed[place];
      if (result === undefined || !("lease" in result)) throw new Error(`Request ${place} was not missed.`);
      return { ...request, install: { lease: result.lease, keyBudget: budget(request.key.id), tenantBudget: budget(request.tenant?.id ?? "") } };
    });
    const before = await callsOf(process);
    for (const [asked, left] of [
      [installing, 4],
      [requests, 3],
    ] as const) {
      const settled = (await ledger.spendAllBehind(caller, asked)) ?? [];
      expect(settled).toHaveLength(maxBatchSize);
      for (const result of settled) {
        expect(result).toMatchObject({ state: "DONE", outcome: "VALID", key: { remaining: left }, pool: { remaining: left } });
      }
    }
    expect((await callsOf(process)) - before).toBe(2);
    expect(requestsIn(await drain(ledger))).toBe(1 + 3 + 2 * maxBatchSize);
  });
});

await describeWithRedis("Redis: what one caller asks for in one turn", () => {
  it("goes behind it in one call, which counts the caller as often", async () => {
    const process = await server();
    const ledger = ledgerOn(process.url);
    const caller = { ...unlimited, key: { id: "key_root", revision: 1 } };
    await spendInstalling(ledger, caller);
    const limited = spendRequest({ keyLimit: { limit: 1_000, windowSeconds: 2_592_000 } });
    await spendInstalling(ledger, limited);
    const before = await callsOf(process);
    const settled = await ledger.spendEachBehind(
      caller,
      Array.from({ length: 64 }, () => limited),
    );
    expect((await callsOf(process)) - before).toBe(1);
    expect(settled.map((one) => one !== undefined && "key" in one && one.key?.remaining)).toEqual(Array.from({ length: 64 }, (_, number) => 998 - number));
    const counts = (await drain(ledger)).flatMap((move) => move.counts);
    expect(counts.map(({ keyId, requests }) => [keyId, requests])).toEqual(
      expect.arrayContaining([
        ["key_root", 65],
        ["key_1", 65],
      ]),
    );
  });
});

await describeWithRedis("Redis: an entry that was installed and whose budget has not changed", () => {
  it("goes by itself after an hour", async () => {
    const process = await server();
    await spendInstalling(ledgerOn(process.url), unlimited);
    const leftMs = Number(await process.cli("PTTL", shardNames("kw", null).entry(unlimited.key.id)));
    expect(leftMs).toBeGreaterThan(0);
    expect(leftMs).toBeLessThanOrEqual(3_600_000);
  });
});

const callsOf = async (process: { cli(...args: readonly string[]): Promise<string> }): Promise<number> =>
  Number(/cmdstat_evalsha:calls=(\d+)/.exec(await process.cli("INFO", "commandstats"))?.[1] ?? 0);
