import type { SpendRequest, UsageMove } from "@keywright/core";
import fc from "fast-check";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { describeWithRedis } from "../testing/redis-engine.ts";
import { drain, ledgerOn, newId, requestsIn, server } from "../testing/redis-ledgers.ts";
import { spendInstalling, spendRequest, tallyOf } from "../testing/redis-requests.ts";

/** Of few keys, tenants, endpoints and addresses, so that neighbours are often alike in some of it, or in all. */
const spendLikeOthers: fc.Arbitrary<SpendRequest> = fc
  .record({
    key: fc.constantFrom("key_1", "key_2", "key_3"),
    hasTenant: fc.boolean(),
    decided: fc.constantFrom("VALID" as const, "VALID" as const, "EXPIRED" as const),
    endpoint: fc.constantFrom("GET /a b", "-"),
    ip: fc.constantFrom("203.0.113.7", null),
  })
  .map(({ key, hasTenant, ...rest }) =>
    spendRequest({ ...rest, keyLimit: null, key: { id: `${key}${hasTenant}`, revision: 1 }, tenant: hasTenant ? { id: "ten_1", revision: 1 } : null }),
  );

/** What moves say of each key, in whichever order. */
const sumOf = (moves: readonly UsageMove[]) => ({
  counts: moves
    .flatMap(({ counts }) => counts)
    .map((count) => JSON.stringify(count))
    .sort(),
  lastUses: moves
    .flatMap(({ lastUses }) => lastUses)
    .map((use) => JSON.stringify(use))
    .sort(),
});

await describeWithRedis("Redis", () => {
  describe("several processes on one Redis", () => {
    it("let exactly 100 of 1,000 requests pass that come at once", async () => {
      const { url } = await server();
      const ledgers = [ledgerOn(url), ledgerOn(url)];
      const request = spendRequest({ keyLimit: { limit: 100, windowSeconds: 86_400 } });
      const spends = Array.from({ length: 1_000 }, (_, n) => spendInstalling(ledgers[n % 2] ?? ledgerOn(url), request));
      expect(await tallyOf(spends)).toEqual({ VALID: 100, RATE_LIMITED: 900 });
      expect(requestsIn((await Promise.all(ledgers.map(drain))).flat())).toBe(1_000);
    });

    it("see each other's changes at once", async () => {
      const { url } = await server();
      const [one, other] = [ledgerOn(url), ledgerOn(url)];
      await spendInstalling(one, spendRequest());
      await other.announce([{ id: "key_1", revision: 2 }]);
      expect(await one.spend(spendRequest())).toEqual({ state: "STALE" });
      expect(await one.spend(spendRequest({ key: { id: "key_1", revision: 2 } }))).toMatchObject({ state: "DONE", key: { remaining: 998 } });
    });

    it("take the budgets that another took and never confirmed, once it has been silent for half a minute, and under the same id", async () => {
      const { url } = await server();
      const time = { nowMs: Date.UTC(2026, 10, 21) };
      const options = { nowMs: () => time.nowMs };
      const [one, other] = [ledgerOn(url, options), ledgerOn(url, options)];
      await spendInstalling(one, spendRequest());
      const counts = await one.take();
      await one.confirm(counts?.id ?? "");
      const taken = await one.take();
      expect(taken?.budgets).toMatchObject([{ subjectId: "key_1", bucket: { tokens: 999 } }]);
      expect(await other.take()).toBeUndefined();
      time.nowMs += 31_000;
      expect(await other.take()).toEqual(taken);
      await other.confirm(taken?.id ?? "");
      expect(await other.take()).toBeUndefined();
    });

    it("deliver what one of them has counted and, dying, has not delivered, under the id that it would have used", async () => {
      const { url } = await server();
      const time = { nowMs: Date.UTC(2026, 10, 21, 10, 59, 50) };
      const options = { nowMs: () => time.nowMs };
      const [dying, heir] = [ledgerOn(url, { ...options, newMoveId: () => newId("dying") }), ledgerOn(url, options)];
      const tenant = { id: "ten_1", revision: 1 };
      await spendInstalling(dying, spendRequest({ tenant, keyLimit: { limit: 2, windowSeconds: 3_600 }, endpoint: "GET /a b" }));
      await spendInstalling(dying, spendRequest({ tenant, decided: "EXPIRED" }));
      time.nowMs += 20_000;
      await spendInstalling(dying, spendRequest({ tenant, keyLimit: { limit: 1, windowSeconds: 3_600 }, endpoint: "GET /a b", ip: null }));
      await spendInstalling(dying, spendRequest({ tenant, keyLimit: { limit: 1, windowSeconds: 3_600 }, endpoint: "GET /a b" }));
      await spendInstalling(dying, spendRequest({ tenant, dryRun: true }));
      await dying.close();
      expect((await drain(heir)).flatMap(({ counts }) => counts)).toEqual([]);
      time.nowMs += 31_000;
      const moves = await drain(heir);
      const [move] = moves;
      expect(moves.length).toBe(1);
      expect(move?.id).toMatch(/^dying_/);
      const hour = Date.UTC(2026, 10, 21, 10);
      expect(move?.counts).toEqual([
        { keyId: "key_1", tenantId: "ten_1", hourMs: hour, endpoint: "GET /a b", outcome: "VALID", requests: 1 },
        { keyId: "key_1", tenantId: "ten_1", hourMs: hour, endpoint: "GET /v1/things", outcome: "EXPIRED", requests: 1 },
        { keyId: "key_1", tenantId: "ten_1", hourMs: hour + 3_600_000, endpoint: "GET /a b", outcome: "VALID", requests: 1 },
        { keyId: "key_1", tenantId: "ten_1", hourMs: hour + 3_600_000, endpoint: "GET /a b", outcome: "RATE_LIMITED", requests: 1 },
      ]);
      expect(move?.lastUses).toEqual([{ keyId: "key_1", atMs: Date.UTC(2026, 10, 21, 11, 0, 10), ip: null }]);
    });

    it("deliver for a dead one what it would have delivered itself, whichever of its requests were alike", async () => {
      const { url } = await server();
      const time = { nowMs: Date.UTC(2026, 10, 21, 10) };
      const options = { nowMs: () => time.nowMs };
      const run = fc.tuple(spendLikeOthers, fc.integer({ min: 1, max: 3 })).map(([request, times]) => Array<SpendRequest>(times).fill(request));
      const burst = fc.array(run, { minLength: 1, maxLength: 40 }).map((runs) => runs.flat());
      await fc.assert(
        fc.asyncProperty(burst, async (requests) => {
          const [living, dying, heir] = [ledgerOn(url, options), ledgerOn(url, options), ledgerOn(url, options)];
          for (const ledger of [living, dying]) await Promise.all(requests.map((request) => spendInstalling(ledger, request)));
          await dying.close();
          const own = await drain(living);
          time.nowMs += 31_000;
          const left = await drain(heir);
          expect(sumOf(left)).toEqual(sumOf(own));
          await Promise.all([living.close(), heir.close()]);
        }),
        { numRuns: 60 },
      );
    });

    it("deliver the rest of a dead process's counts where an address or a line is not as it should be", async () => {
      const { url, ...process } = await server();
      const time = { nowMs: Date.UTC(2026, 10, 21, 10) };
      const options = { nowMs: () => time.nowMs };
      const [dying, heir] = [ledgerOn(url, { ...options, newMoveId: () => newId("dying") }), ledgerOn(url, options)];
      await spendInstalling(dying, spendRequest({ ip: "a b" }));
      await spendInstalling(dying, spendRequest({ ip: "x\nkey_2  VALID  9 l" }));
      await dying.close();
      const [name = ""] = (await process.cli("KEYS", "*#page:*")).split("\n");
      await process.cli("RPUSH", name, "key_1  VALID  NaN l\nkey_1  VALID  -1 l\n", `${time.nowMs} 00`);
      time.nowMs += 31_000;
      const counts = (await drain(heir)).flatMap((move) => move.counts);
      expect(counts).toEqual([expect.objectContaining({ keyId: "key_1", outcome: "VALID", requests: 2 })]);
    });

    it("count on a new page when others may have taken the old one for a dead process's", async () => {
      const { url } = await server();
      const nowMs = Date.UTC(2026, 10, 21);
      const [stopped, heir] = [ledgerOn(url, { nowMs: () => nowMs }), ledgerOn(url, { nowMs: () => nowMs + 31_000 })];
      await spendInstalling(stopped, spendRequest({ keyLimit: null }));
      const taken = await drain(heir);
      expect(requestsIn(taken)).toBe(1);
      const later = performance.now() + 16_000;
      vi.spyOn(performance, "now").mockImplementation(() => later);
      onTestFinished(() => void vi.restoreAllMocks());
      await spendInstalling(stopped, spendRequest({ keyLimit: null }));
      const own = await drain(stopped);
      // The store refuses the first, for it has a move of that id.
      expect(own.map(({ id }) => id === taken[0]?.id)).toEqual([true, false]);
      expect(own.map((move) => requestsIn([move]))).toEqual([1, 1]);
    });

    it("never take a living process's counts, however long it is idle, and leave nothing behind", async () => {
      const process = await server();
      const [one, other] = [ledgerOn(process.url), ledgerOn(process.url)];
      await spendInstalling(one, spendRequest({ keyLimit: null }));
      expect((await drain(other)).length).toBe(0);
      expect(requestsIn(await drain(one))).toBe(1);
      expect((await process.cli("KEYS", "*")).split("\n")).toEqual(["kw2:key_1"]);
      expect(Number(await process.cli("PTTL", "kw2:key_1"))).toBeGreaterThan(3_590_000);
    });
  });
});
