import { describe, expect, it } from "vitest";
import type { UsageCount, UsageMove } from "../model/usage.ts";
import type { UsageFilter } from "../ports/usage-store.ts";
import { type StoreBench, startMs, storedKeyOf, storedTenant } from "./store-rows.ts";

const hour = 3_600_000;
const day = 24 * hour;
const midnightMs = startMs - (startMs % day);
const unanswered = { requests: 0, statuses: {}, latencyMs: 0, latencies: Array.from({ length: 12 }, () => 0) };

/** What a store makes of counts: by the hour and the day, told apart, by country; and of responses. */
export const usageRollupsContract = (bench: StoreBench): void => {
  const { store, rows } = bench;

  const move = (parts: Partial<UsageMove>): UsageMove => ({ id: rows.id("mov"), counts: [], lastUses: [], budgets: [], ...parts });
  const count = (keyId: string, fields: Partial<UsageCount> = {}): UsageCount => ({
    keyId,
    tenantId: null,
    hourMs: startMs,
    endpoint: "/send",
    outcome: "VALID",
    requests: 1,
    ...fields,
  });
  const summary = (filter: Partial<UsageFilter>) =>
    store().usage.summarize({ fromMs: midnightMs - 10 * day, toMs: midnightMs + 10 * day, bucketMs: hour, ...filter });

  describe("responses", () => {
    it("are added once for each batch, by key, tenant and platform, and those of no key are left out", async () => {
      const tenant = await storedTenant(bench);
      const { row } = await storedKeyOf(bench, tenant.id);
      const latencies = (step: number, number: number) => Array.from({ length: 12 }, (_, index) => (index === step ? number : 0));
      const answered = (fields: object) => ({
        keyId: row.id,
        hourMs: startMs,
        endpoint: "/send",
        status: 2,
        requests: 3,
        latencyMs: 30,
        latencies: latencies(1, 3),
        ...fields,
      });
      const batch = {
        id: rows.id("bat"),
        counts: [answered({}), answered({ status: 5, requests: 1, latencyMs: 9_000, latencies: latencies(10, 1) }), answered({ keyId: rows.id("key") })],
      };
      expect(await store().usage.addResponses(batch)).toEqual({ isRepeated: false, ignored: 1 });
      expect(await store().usage.addResponses(batch)).toEqual({ isRepeated: true, ignored: 0 });
      expect(await store().usage.addResponses({ id: rows.id("bat"), counts: [answered({}), answered({ hourMs: startMs + hour })] })).toEqual({
        isRepeated: false,
        ignored: 0,
      });
      const expected = { requests: 10, statuses: { "2": 9, "5": 1 }, latencyMs: 9_090, latencies: [0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0] };
      for (const bucketMs of [hour, day]) {
        expect((await summary({ keyId: row.id, bucketMs })).responses).toEqual(expected);
        expect((await summary({ tenantId: tenant.id, bucketMs })).responses).toEqual(expected);
      }
      expect((await summary({ keyId: row.id, endpoint: "/else" })).responses).toEqual(unanswered);
    });
  });

  describe("usage that is rolled up", () => {
    it("is the same by day as by hour, and outlives the hours that are no longer kept", async () => {
      const keyId = rows.id("key");
      const [old, young] = [midnightMs - 40 * day + 5 * hour, midnightMs + 3 * hour];
      const tenantId = rows.id("ten");
      await store().usage.apply(move({ counts: [old, old + hour, young].map((hourMs, index) => count(keyId, { tenantId, hourMs, requests: 2 ** index })) }));
      const all = { keyId, fromMs: midnightMs - 50 * day, toMs: midnightMs + day };
      expect((await summary({ ...all, bucketMs: hour })).series.map(({ requests }) => requests)).toEqual([1, 2, 4]);
      await store().usage.keep(midnightMs + 4 * hour, 30 * day);
      await store().usage.keep(midnightMs + 4 * hour, 30 * day);
      for (const filter of [all, { tenantId, fromMs: all.fromMs, toMs: all.toMs }]) {
        expect((await summary({ ...filter, bucketMs: hour })).series).toEqual([{ startMs: young, requests: 4, errors: 0, codes: {} }]);
        expect((await summary({ ...filter, bucketMs: day })).series).toEqual([
          { startMs: midnightMs - 40 * day, requests: 3, errors: 0, codes: {} },
          { startMs: midnightMs, requests: 4, errors: 0, codes: {} },
        ]);
      }
      await store().usage.keep(midnightMs + 80 * day, 30 * day);
      expect((await summary({ ...all, bucketMs: hour })).series).toEqual([]);
      expect((await summary({ ...all, bucketMs: day })).series.map(({ requests }) => requests)).toEqual([3, 4]);
    });

    it("tells 200 endpoints of a key and day apart, however they come, and counts the rest all the same", async () => {
      const keyId = rows.id("key");
      const some = (from: number, to: number) =>
        move({
          counts: Array.from({ length: to - from }, (_, index) => count(keyId, { endpoint: `/e${from + index}`, hourMs: startMs + (index % 3) * hour })),
        });
      await store().usage.apply(some(0, 150));
      await Promise.all([store().usage.apply(some(150, 400)), store().usage.apply(some(400, 600)), store().usage.apply(some(100, 250))]);
      const groups = await store().usage.groups({ keyId, fromMs: midnightMs, toMs: midnightMs + day, bucketMs: day }, ["endpoint"], {
        limit: 500,
        after: null,
      });
      expect(groups).toHaveLength(201);
      expect(groups.map(({ values }) => values[0])).toContain("other");
      expect(groups.reduce((sum, { requests }) => sum + requests, 0)).toBe(750);
    });

    it("is added to what was counted before and to what was not, in one move over several hours and days", async () => {
      const tenant = await storedTenant(bench);
      const [first, second] = [(await storedKeyOf(bench, tenant.id)).row.id, (await storedKeyOf(bench, tenant.id)).row.id];
      const of = (keyId: string, fields: Partial<UsageCount> = {}) => count(keyId, { tenantId: tenant.id, ...fields });
      await store().usage.apply(move({ counts: [of(first), of(first, { outcome: "REVOKED" })] }));
      await store().usage.apply(move({ counts: [of(first, { outcome: "REVOKED", requests: 2 }), of(first, { requests: 4 })] }));
      const mixed = [
        of(second),
        of(first, { hourMs: startMs + day, requests: 16 }),
        of(first, { requests: 8 }),
        of(first, { hourMs: startMs + hour }),
        of(first, { requests: 8 }),
      ];
      for (let times = 0; times < 3; times++) await store().usage.apply(move({ counts: mixed }));
      const hours = [
        { startMs, requests: 56, errors: 3, codes: { REVOKED: 3 } },
        { startMs: startMs + hour, requests: 3, errors: 0, codes: {} },
        { startMs: startMs + day, requests: 48, errors: 0, codes: {} },
      ];
      const days = [
        { startMs: midnightMs, requests: 59, errors: 3, codes: { REVOKED: 3 } },
        { startMs: midnightMs + day, requests: 48, errors: 0, codes: {} },
      ];
      expect((await summary({ keyId: first, bucketMs: hour })).series).toEqual(hours);
      expect((await summary({ keyId: first, bucketMs: day })).series).toEqual(days);
      expect((await summary({ tenantId: tenant.id, bucketMs: hour })).series.map(({ requests }) => requests)).toEqual([59, 3, 48]);
      expect((await summary({ tenantId: tenant.id, bucketMs: day })).series.map(({ requests }) => requests)).toEqual([62, 48]);
    });

    it("is whole where deliveries of the same lines come at once, whichever are new, in whatever order they have them", async () => {
      const tenantId = rows.id("ten");
      const keyIds = Array.from({ length: 150 }, () => rows.id("key"));
      const deliver = (from: number, to: number, isTurned: boolean) => {
        const counts = keyIds.slice(from, to).flatMap((keyId) => ["/b", "/a"].map((endpoint) => count(keyId, { tenantId, endpoint })));
        return store().usage.apply(move({ counts: isTurned ? counts.reverse() : counts }));
      };
      const parts = [0, 10, 20, 30, 40, 50].flatMap((from) => [
        [from, from + 50],
        [from, from + 100],
      ]) as readonly (readonly [number, number])[];
      for (let round = 0; round < 2; round++) await Promise.all(parts.map(([from, to], index) => deliver(from, to, index % 3 === 0)));
      for (const bucketMs of [hour, day]) {
        expect((await summary({ tenantId, bucketMs })).outcomes).toEqual({ VALID: 2 * 2 * 6 * 150 });
        expect((await summary({ keyId: keyIds[45] ?? "", bucketMs })).outcomes).toEqual({ VALID: 2 * 2 * (5 + 5) });
      }
    });

    it("keeps to its 200 endpoints where most of a move's lines are known, and where all are", async () => {
      const keyId = rows.id("key");
      const endpoints = (from: number, to: number) =>
        move({ counts: Array.from({ length: to - from }, (_, index) => count(keyId, { endpoint: `/e${from + index}` })) });
      await store().usage.apply(endpoints(0, 199));
      await store().usage.apply(endpoints(0, 199));
      await store().usage.apply(endpoints(0, 202));
      await store().usage.apply(endpoints(0, 202));
      const groups = await store().usage.groups({ keyId, fromMs: midnightMs, toMs: midnightMs + day, bucketMs: hour }, ["endpoint"], {
        limit: 500,
        after: null,
      });
      expect(groups).toHaveLength(201);
      expect(groups.filter(({ requests }) => requests === 4)).toHaveLength(200);
      expect(groups.find(({ values }) => values[0] === "/e199")?.requests).toBe(2);
      expect(groups.find(({ values }) => values[0] === "other")?.requests).toBe(4);
    });

    it("is told apart by key, endpoint, code and environment, a page at a time, and so are its rows", async () => {
      const tenant = await storedTenant(bench);
      const [first, second] = [(await storedKeyOf(bench, tenant.id)).row, (await storedKeyOf(bench, tenant.id)).row];
      const counts = [
        count(first.id, { tenantId: tenant.id, requests: 5 }),
        count(first.id, { tenantId: tenant.id, outcome: "REVOKED", endpoint: "/other", requests: 3 }),
        count(second.id, { tenantId: tenant.id, hourMs: startMs + day, requests: 3 }),
      ];
      await store().usage.apply(move({ counts }));
      const filter = { tenantId: tenant.id, fromMs: midnightMs, toMs: midnightMs + 2 * day, bucketMs: day };
      const groups = async (by: Parameters<ReturnType<typeof store>["usage"]["groups"]>[1]) => store().usage.groups(filter, by, { limit: 10, after: null });
      expect(await groups(["key"])).toEqual([
        { values: [first.id], requests: 8, errors: 3 },
        { values: [second.id], requests: 3, errors: 0 },
      ]);
      expect(await groups(["code"])).toEqual([
        { values: ["VALID"], requests: 8, errors: 0 },
        { values: ["REVOKED"], requests: 3, errors: 3 },
      ]);
      expect(await groups(["environment"])).toEqual([{ values: ["live"], requests: 11, errors: 3 }]);
      const whole = await groups(["key", "endpoint", "code"]);
      expect(whole.map(({ values }) => values)).toEqual([
        [first.id, "/send", "VALID"],
        [first.id, "/other", "REVOKED"],
        [second.id, "/send", "VALID"],
      ]);
      const paged = [];
      for (let after: (typeof whole)[number] | null = null; paged.length < 3; ) {
        const page: typeof whole = await store().usage.groups(filter, ["key", "endpoint", "code"], { limit: 1, after });
        paged.push(...page);
        after = page[0] ?? null;
      }
      expect(paged).toEqual(whole);
      const rowsOf = await store().usage.rows(filter, ["key"], { limit: 10, after: null });
      expect(rowsOf).toEqual([
        { startMs: midnightMs, values: [first.id], requests: 8, errors: 3 },
        { startMs: midnightMs + day, values: [second.id], requests: 3, errors: 0 },
      ]);
      expect(await store().usage.rows(filter, ["key"], { limit: 10, after: rowsOf[0] ?? null })).toEqual(rowsOf.slice(1));
      expect(await store().usage.rows(filter, [], { limit: 10, after: null })).toMatchObject([{ requests: 8 }, { requests: 3 }]);
    });

    it("has countries by key and day", async () => {
      const tenant = await storedTenant(bench);
      const [first, second] = [rows.id("key"), rows.id("key")];
      const from = (keyId: string, country: string, requests: number) => ({ keyId, tenantId: tenant.id, dayMs: midnightMs, country, requests });
      await store().usage.addCountries([from(first, "DE", 3), from(first, "", 1), from(second, "DE", 4)]);
      await store().usage.addCountries([from(second, "FR", 1)]);
      const filter = { fromMs: midnightMs, toMs: midnightMs + day, bucketMs: day };
      const by = (more: Partial<UsageFilter>) => store().usage.groups({ ...filter, ...more }, ["country"], { limit: 10, after: null });
      expect(await by({ tenantId: tenant.id })).toEqual([
        { values: ["DE"], requests: 7, errors: 0 },
        { values: [""], requests: 1, errors: 0 },
        { values: ["FR"], requests: 1, errors: 0 },
      ]);
      expect(await by({ keyId: second })).toMatchObject([{ values: ["DE"], requests: 4 }, { values: ["FR"] }]);
    });
  });
};
