import { describe, expect, it } from "vitest";
import type { BudgetState, UsageCount, UsageMove } from "../model/usage.ts";
import type { UsageFilter } from "../ports/usage-store.ts";
import { awkwardTexts, type StoreBench, startMs, storedKeyOf, storedTenant } from "./store-rows.ts";

const hour = 3_600_000;
const day = 24 * hour;
const midnightMs = startMs - (startMs % day);
const unused = { lastUsedAtMs: null, lastUsedIp: null };
const unanswered = { requests: 0, statuses: {}, latencyMs: 0, latencies: Array.from({ length: 12 }, () => 0) };

export const usageStoreContract = (bench: StoreBench): void => {
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
  const requestsOf = async (keyId: string): Promise<number | undefined> => (await summary({ keyId })).outcomes["VALID"];
  const activityOf = async (keyId: string) => (await store().keys.find(keyId))?.activity;

  describe("usage", () => {
    it("is added up by key, hour, endpoint and outcome, within a move and over moves", async () => {
      const keyId = rows.id("key");
      await store().usage.apply(move({ counts: [count(keyId, { requests: 2 }), count(keyId, { requests: 3 }), count(keyId, { outcome: "RATE_LIMITED" })] }));
      await store().usage.apply(move({ counts: [count(keyId, { requests: 10 }), count(keyId, { hourMs: startMs + hour, requests: 20 })] }));
      const { outcomes, series } = await summary({ keyId });
      expect(outcomes).toEqual({ VALID: 35, RATE_LIMITED: 1 });
      expect(series).toEqual([
        { startMs, requests: 16, errors: 1, codes: { RATE_LIMITED: 1 } },
        { startMs: startMs + hour, requests: 20, errors: 0, codes: {} },
      ]);
    });

    it("is added once, however often a move is handed over", async () => {
      const { row } = await storedKeyOf(bench, null);
      const once = move({
        counts: [count(row.id, { requests: 7 })],
        lastUses: [{ keyId: row.id, atMs: startMs, ip: "192.0.2.1" }],
        budgets: [{ subjectId: row.id, bucket: null, quota: { month: 1, used: 7 } }],
      });
      expect(await store().usage.apply(once)).toBe(true);
      expect(await store().usage.apply(once)).toBe(false);
      expect(
        await store().usage.apply({ ...once, counts: [count(row.id, { requests: 100 })], lastUses: [{ keyId: row.id, atMs: startMs + 9, ip: null }] }),
      ).toBe(false);
      expect(await requestsOf(row.id)).toBe(7);
      expect(await activityOf(row.id)).toEqual({ lastUsedAtMs: startMs, lastUsedIp: "192.0.2.1" });
    });

    it("is added once where several moves come as one: none of them by itself afterwards, and nothing where one has come before", async () => {
      const { row } = await storedKeyOf(bench, null);
      const moveOf = (requests: number) => move({ counts: [count(row.id, { requests })] });
      const [one, other, third] = [moveOf(1), moveOf(2), moveOf(4)];
      const both = { ...one, alsoIds: [other.id], counts: [count(row.id, { requests: 3 })] };
      expect(await store().usage.apply(both)).toBe(true);
      for (const again of [both, one, other]) expect(await store().usage.apply(again)).toBe(false);
      const torn = { ...third, alsoIds: [other.id], counts: [count(row.id, { requests: 6 })], lastUses: [{ keyId: row.id, atMs: startMs, ip: null }] };
      await expect(store().usage.apply(torn)).rejects.toThrow("applied before");
      expect([await requestsOf(row.id), await activityOf(row.id)]).toEqual([3, unused]);
      expect(await store().usage.apply(third)).toBe(true);
      expect(await requestsOf(row.id)).toBe(7);
    });

    it("is added once by concurrent deliveries of one move, and whole by those of many", async () => {
      const keyId = rows.id("key");
      const once = move({ counts: [count(keyId)] });
      const applied = await Promise.all(Array.from({ length: 10 }, () => store().usage.apply(once)));
      expect(applied.filter(Boolean)).toHaveLength(1);

      const [a, b] = [count(keyId), count(keyId, { endpoint: "/other" })];
      await Promise.all(Array.from({ length: 20 }, (_, index) => store().usage.apply(move({ counts: index % 2 === 0 ? [a, b] : [b, a] }))));
      expect(await requestsOf(keyId)).toBe(41);
    });

    it("keeps any endpoint label", async () => {
      const keyId = rows.id("key");
      await store().usage.apply(move({ counts: awkwardTexts.map((endpoint) => count(keyId, { endpoint })) }));
      const { endpoints } = await summary({ keyId });
      expect(endpoints.map(({ endpoint }) => endpoint).sort()).toEqual([...awkwardTexts].sort());
    });

    it("advances last uses and never takes them back", async () => {
      const { row } = await storedKeyOf(bench, null);
      const use = (atMs: number, ip: string | null) => move({ lastUses: [{ keyId: row.id, atMs, ip }] });
      expect(await activityOf(row.id)).toEqual(unused);
      await store().usage.apply(use(startMs + 5, "192.0.2.5"));
      await store().usage.apply(use(startMs + 4, "192.0.2.4"));
      expect(await activityOf(row.id)).toEqual({ lastUsedAtMs: startMs + 5, lastUsedIp: "192.0.2.5" });
      await store().usage.apply(use(startMs + 6, null));
      expect(await activityOf(row.id)).toEqual({ lastUsedAtMs: startMs + 6, lastUsedIp: null });
      const several = [startMs + 8, startMs + 9, startMs + 7].map((atMs) => ({ keyId: row.id, atMs, ip: String(atMs) }));
      await store().usage.apply(move({ lastUses: several }));
      expect(await activityOf(row.id)).toEqual({ lastUsedAtMs: startMs + 9, lastUsedIp: String(startMs + 9) });
    });

    it("belongs to the transaction that it is applied in", async () => {
      const keyId = rows.id("key");
      const delivered = move({ counts: [count(keyId)] });
      await expect(
        store().transaction(async (stores) => {
          expect(await stores.usage.apply(delivered)).toBe(true);
          throw new Error("no");
        }),
      ).rejects.toThrow("no");
      expect((await summary({ keyId })).outcomes).toEqual({});
      expect(await store().transaction((stores) => stores.usage.apply(delivered))).toBe(true);
      expect(await requestsOf(keyId)).toBe(1);
    });

    it("takes a move of 5,000 counts", async () => {
      const keyId = rows.id("key");
      const counts = Array.from({ length: 5_000 }, (_, index) => count(keyId, { endpoint: `/e${index}`, hourMs: startMs + (index % 10) * hour }));
      expect(await store().usage.apply(move({ counts }))).toBe(true);
      expect(await requestsOf(keyId)).toBe(5_000);
    });
  });

  describe("budgets", () => {
    const month = 24_312;
    const bucket = (tokens: number, atMs: number, fraction = 0) => ({ tokens, fraction, atMs });
    type Level = Omit<BudgetState, "subjectId">;
    const of = (subjectId: string, levels: readonly Level[]): UsageMove => move({ budgets: levels.map((level) => ({ subjectId, ...level })) });
    /** A key, and what the store knows of its budgets. */
    const budgetedKey = async () => {
      const { row } = await storedKeyOf(bench, null);
      const secret = rows.secret(row.id);
      await store().keys.insertSecret(secret);
      const known = async () => (await store().keys.findByDigest([secret.row.digest]))?.keyBudget;
      return { id: row.id, known };
    };
    const levelAfter = async (deliveries: readonly (readonly Level[])[]): Promise<Level> => {
      const { id, known } = await budgetedKey();
      for (const levels of deliveries) await store().usage.apply(of(id, levels));
      const { subjectId, ...level } = (await known()) ?? { subjectId: "", bucket: null, quota: null };
      expect(subjectId).toBe(id);
      return level;
    };

    it.each<[string, readonly Level[], Level]>([
      ["the greatest use of a month", [1, 1_000, 2].map((used) => ({ bucket: null, quota: { month, used } })), { bucket: null, quota: { month, used: 1_000 } }],
      [
        "the later month, however little of it is used",
        [
          { bucket: null, quota: { month, used: 1_000 } },
          { bucket: null, quota: { month: month + 1, used: 0 } },
          { bucket: null, quota: { month, used: 2_000 } },
        ],
        { bucket: null, quota: { month: month + 1, used: 0 } },
      ],
      [
        "the later level of a bucket, however much is in it",
        [
          { bucket: bucket(5, startMs), quota: null },
          { bucket: bucket(7, startMs + 1), quota: null },
          { bucket: bucket(3, startMs), quota: null },
        ],
        { bucket: bucket(7, startMs + 1), quota: null },
      ],
      [
        "the lowest of the levels of one moment",
        [
          { bucket: bucket(5, startMs, 1), quota: null },
          { bucket: bucket(4, startMs, 9), quota: null },
          { bucket: bucket(4, startMs, 8), quota: null },
          { bucket: bucket(4, startMs, 9), quota: null },
        ],
        { bucket: bucket(4, startMs, 8), quota: null },
      ],
      [
        "a bucket and a quota apart from one another",
        [
          { bucket: bucket(9, startMs + 5), quota: { month, used: 3 } },
          { bucket: bucket(1, startMs), quota: { month, used: 8 } },
        ],
        { bucket: bucket(9, startMs + 5), quota: { month, used: 8 } },
      ],
    ])("keep %s, whichever ledger delivers last, and within a move", async (_what, levels, expected) => {
      expect(await levelAfter(levels.map((level) => [level]))).toEqual(expected);
      expect(await levelAfter(levels.toReversed().map((level) => [level]))).toEqual(expected);
      expect(await levelAfter([levels])).toEqual(expected);
    });

    it("keep a quota that a ledger knows nothing of", async () => {
      const quota = { month, used: 1_000 };
      expect(await levelAfter([[{ bucket: null, quota }], [{ bucket: bucket(1, startMs), quota: null }]])).toEqual({ bucket: bucket(1, startMs), quota });
    });

    it("keep the greatest use of what is delivered at once", async () => {
      const { id, known } = await budgetedKey();
      const uses = Array.from({ length: 20 }, (_, index) => (index * 7) % 20);
      await Promise.all(uses.map((used) => store().usage.apply(of(id, [{ bucket: null, quota: { month, used } }]))));
      expect(await known()).toMatchObject({ quota: { month, used: 19 } });
    });
  });

  describe("usage summary", () => {
    it("is empty where there was none", async () => {
      expect(await summary({ keyId: rows.id("key") })).toEqual({ outcomes: {}, endpoints: [], series: [], responses: unanswered, activity: unused });
    });

    it("has one bucket an hour or a day, in UTC, oldest first, refusals counted as errors", async () => {
      const keyId = rows.id("key");
      const at = (hourMs: number, outcome: string, requests: number) => count(keyId, { hourMs, outcome, requests });
      await store().usage.apply(
        move({
          counts: [
            at(midnightMs + 23 * hour, "VALID", 1),
            at(midnightMs + 23 * hour, "EXPIRED", 2),
            at(midnightMs, "VALID", 4),
            at(midnightMs + day, "RATE_LIMITED", 8),
          ],
        }),
      );
      expect((await summary({ keyId, bucketMs: hour })).series).toEqual([
        { startMs: midnightMs, requests: 4, errors: 0, codes: {} },
        { startMs: midnightMs + 23 * hour, requests: 3, errors: 2, codes: { EXPIRED: 2 } },
        { startMs: midnightMs + day, requests: 8, errors: 8, codes: { RATE_LIMITED: 8 } },
      ]);
      expect((await summary({ keyId, bucketMs: day })).series).toEqual([
        { startMs: midnightMs, requests: 7, errors: 2, codes: { EXPIRED: 2 } },
        { startMs: midnightMs + day, requests: 8, errors: 8, codes: { RATE_LIMITED: 8 } },
      ]);
      const range = { keyId, fromMs: midnightMs + 23 * hour, toMs: midnightMs + day };
      expect(await summary(range)).toMatchObject({ outcomes: { VALID: 1, EXPIRED: 2 }, series: [{ requests: 3, errors: 2 }] });
    });

    it("filters by tenant, key, endpoint and outcome", async () => {
      const [tenant, other] = [await storedTenant(bench), await storedTenant(bench)];
      const [first, second] = [(await storedKeyOf(bench, tenant.id)).row.id, (await storedKeyOf(bench, tenant.id)).row.id];
      const foreign = (await storedKeyOf(bench, other.id)).row.id;
      const of = (keyId: string, tenantId: string, fields: Partial<UsageCount>) => count(keyId, { tenantId, ...fields });
      const uses = [first, second, foreign].map((keyId, index) => ({ keyId, atMs: startMs + index, ip: `192.0.2.${index}` }));
      await store().usage.apply(
        move({
          counts: [
            of(first, tenant.id, { requests: 1 }),
            of(first, tenant.id, { endpoint: "/other", outcome: "DISABLED", requests: 2 }),
            of(second, tenant.id, { requests: 4 }),
            of(foreign, other.id, { requests: 8 }),
          ],
          lastUses: uses,
        }),
      );
      expect(await summary({ tenantId: tenant.id })).toMatchObject({
        outcomes: { VALID: 5, DISABLED: 2 },
        activity: { lastUsedAtMs: startMs + 1, lastUsedIp: "192.0.2.1" },
      });
      expect(await summary({ keyId: first })).toMatchObject({
        outcomes: { VALID: 1, DISABLED: 2 },
        activity: { lastUsedAtMs: startMs, lastUsedIp: "192.0.2.0" },
      });
      expect((await summary({ tenantId: tenant.id, endpoint: "/other" })).outcomes).toEqual({ DISABLED: 2 });
      expect((await summary({ tenantId: tenant.id, outcome: "VALID" })).outcomes).toEqual({ VALID: 5 });
      expect(await summary({ tenantId: other.id, keyId: first })).toEqual({ outcomes: {}, endpoints: [], series: [], responses: unanswered, activity: unused });
    });

    it("covers every tenant's keys where no one is named, and no root key: a verification is not two", async () => {
      const farMs = midnightMs + 3_000 * day;
      const keys = [rows.id("key"), rows.id("key")];
      const lastUses = keys.map((keyId, index) => ({ keyId, atMs: farMs + index, ip: null }));
      const ofTenants = keys.map((keyId) => count(keyId, { tenantId: rows.id("ten"), hourMs: farMs, requests: 3 }));
      const ofRootKey = count(rows.id("key"), { tenantId: null, hourMs: farMs, requests: 100 });
      await store().usage.apply(move({ counts: [...ofTenants, ofRootKey], lastUses }));
      expect(await summary({ fromMs: farMs, toMs: farMs + hour })).toEqual({
        outcomes: { VALID: 6 },
        endpoints: [{ endpoint: "/send", requests: 6 }],
        series: [{ startMs: farMs, requests: 6, errors: 0, codes: {} }],
        responses: unanswered,
        activity: { lastUsedAtMs: farMs + 1, lastUsedIp: null },
      });
    });

    it("names the 50 busiest endpoints, busiest first", async () => {
      const keyId = rows.id("key");
      const counts = Array.from({ length: 60 }, (_, index) => count(keyId, { endpoint: `/e${String(index).padStart(2, "0")}`, requests: 1 + (index % 30) }));
      await store().usage.apply(move({ counts }));
      const { endpoints, outcomes } = await summary({ keyId });
      expect(endpoints).toHaveLength(50);
      expect(endpoints.slice(0, 3)).toEqual([
        { endpoint: "/e29", requests: 30 },
        { endpoint: "/e59", requests: 30 },
        { endpoint: "/e28", requests: 29 },
      ]);
      expect(outcomes).toEqual({ VALID: 930 });
    });
  });
};
