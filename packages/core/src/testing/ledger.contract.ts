import { describe, expect, it } from "vitest";
import type { RateLimit } from "../model/limits.ts";
import type { UsageMove } from "../model/usage.ts";
import type { Known, Ledger, SpendRequest, SpendResult, Spent } from "../ports/ledger.ts";
import type { UsageSource } from "../ports/usage-source.ts";

export interface LedgerUnderTest {
  readonly ledger: Ledger & UsageSource;
  /** Moves the ledger's clock forward. */
  advance(ms: number): Promise<void> | void;
  /** A fresh id that no other test uses. */
  newId(prefix: string): string;
}

const generous: RateLimit = { limit: 1_000_000, windowSeconds: 1 };

/** The executable promise of `Ledger` and `UsageSource`. */
export const ledgerContract = (name: string, open: () => Promise<LedgerUnderTest>): void => {
  const setUp = async () => {
    const under = await open();
    const key: Known = { id: under.newId("key"), revision: 1 };
    const tenant: Known = { id: under.newId("ten"), revision: 1 };
    const request = (change: Partial<SpendRequest> = {}): SpendRequest => ({
      key,
      tenant,
      decided: "VALID",
      keyLimit: null,
      poolLimit: generous,
      monthlyQuota: null,
      cost: 1,
      dryRun: false,
      endpoint: "POST /v1/emails",
      ip: "203.0.113.7",
      install: null,
      ...change,
    });
    const spendWith = (change: Partial<SpendRequest> = {}) => spendInstalling(under.ledger, request(change));
    return { ...under, key, tenant, request, spend: spendWith };
  };

  describe(`${name} as a ledger: revisions and leases`, () => {
    it("answers MISS with a lease for what it does not know, and installs under that lease", async () => {
      const { ledger, request } = await setUp();
      const miss = await ledger.spend(request());
      expect(miss.state).toBe("MISS");
      const lease = miss.state === "MISS" ? miss.lease : "";
      expect(await ledger.spend(request({ install: { lease, keyBudget: null, tenantBudget: null } }))).toMatchObject({ state: "DONE", outcome: "VALID" });
    });

    it("refuses a lease that was taken out before a change", async () => {
      const { ledger, key, request } = await setUp();
      const miss = await ledger.spend(request());
      await ledger.announce([{ id: key.id, revision: 2 }]);
      const install = { lease: miss.state === "MISS" ? miss.lease : "", keyBudget: null, tenantBudget: null };
      expect((await ledger.spend(request({ install }))).state).toBe("MISS");
    });

    it("answers STALE to an older revision of the key or the tenant, from the moment that the change is announced", async () => {
      const { ledger, key, tenant, spend } = await setUp();
      await spend();
      await ledger.announce([{ id: key.id, revision: 2 }]);
      expect((await spend()).state).toBe("STALE");
      expect((await spend({ key: { id: key.id, revision: 2 } })).state).toBe("DONE");
      await ledger.announce([{ id: tenant.id, revision: 5 }]);
      expect((await spend({ key: { id: key.id, revision: 2 } })).state).toBe("STALE");
    });

    it("adopts a newer revision of the caller's, and never goes back", async () => {
      const { ledger, key, spend } = await setUp();
      await spend();
      expect((await spend({ key: { id: key.id, revision: 7 } })).state).toBe("DONE");
      await ledger.announce([{ id: key.id, revision: 3 }]);
      expect((await spend({ key: { id: key.id, revision: 6 } })).state).toBe("STALE");
      expect((await spend({ key: { id: key.id, revision: 7 } })).state).toBe("DONE");
    });

    it("installs the budgets that the store knew", async () => {
      const { ledger, key, tenant, request } = await setUp();
      const limits = { keyLimit: { limit: 10, windowSeconds: 3600 }, monthlyQuota: 5 };
      const first = await ledger.spend(request(limits));
      const lease = first.state === "MISS" ? first.lease : "";
      const now = await nowOf(ledger, request);
      const keyBudget = { subjectId: key.id, bucket: { tokens: 2, fraction: 0, atMs: now }, quota: null };
      const tenantBudget = { subjectId: tenant.id, bucket: { tokens: 1_000_000, fraction: 0, atMs: now }, quota: null };
      const done = (await ledger.spend(request({ ...limits, install: { lease, keyBudget, tenantBudget } }))) as Spent;
      expect(done.key?.remaining).toBeLessThanOrEqual(2);
      expect(done.outcome).toBe("VALID");
    });
  });

  describe(`${name} as a ledger: budgets`, () => {
    it("lets exactly the limit pass of 1,000 at once", async () => {
      const { spend } = await setUp();
      const keyLimit = { limit: 100, windowSeconds: 3600 };
      await spend({ keyLimit, dryRun: true });
      const results = await Promise.all(Array.from({ length: 1_000 }, () => spend({ keyLimit })));
      expect(outcomes(results)).toEqual({ VALID: 100, RATE_LIMITED: 900 });
    });

    it("lets exactly the quota pass, and begins anew with the month", async () => {
      const { spend, advance } = await setUp();
      const results = await Promise.all(Array.from({ length: 60 }, () => spend({ monthlyQuota: 50 })));
      expect(outcomes(results)).toEqual({ VALID: 50, QUOTA_EXCEEDED: 10 });
      const refused = (await spend({ monthlyQuota: 50 })) as Spent;
      await advance((refused.quota?.resetSeconds ?? 0) * 1000);
      expect(((await spend({ monthlyQuota: 50 })) as Spent).quota?.remaining).toBe(49);
    });

    it("shares the tenant's pool among its keys", async () => {
      const { spend, newId } = await setUp();
      const poolLimit = { limit: 10, windowSeconds: 3600 };
      const keys = [1, 2, 3].map(() => ({ id: newId("key"), revision: 1 }));
      const results: SpendResult[] = [];
      for (const key of keys) for (let i = 0; i < 5; i++) results.push(await spend({ key, poolLimit }));
      expect(outcomes(results)).toEqual({ VALID: 10, RATE_LIMITED: 5 });
    });

    it("charges all budgets or none", async () => {
      const { spend } = await setUp();
      const limits = { keyLimit: { limit: 10, windowSeconds: 3600 }, poolLimit: { limit: 10, windowSeconds: 3600 } };
      expect(await spend({ ...limits, monthlyQuota: 3, cost: 2 })).toMatchObject({
        outcome: "VALID",
        key: { remaining: 8 },
        pool: { remaining: 8 },
        quota: { remaining: 1 },
      });
      expect(await spend({ ...limits, monthlyQuota: 3, cost: 2 })).toMatchObject({
        outcome: "QUOTA_EXCEEDED",
        key: { remaining: 8 },
        pool: { remaining: 8 },
        quota: { remaining: 1 },
      });
      expect(await spend({ ...limits, monthlyQuota: 3, cost: 9 })).toMatchObject({ outcome: "RATE_LIMITED", quota: { remaining: 1 } });
    });

    it("takes the budgets for a refusal that was decided before, and for a dry run, as they are", async () => {
      const { spend } = await setUp();
      const keyLimit = { limit: 10, windowSeconds: 3600 };
      await spend({ keyLimit, decided: "REVOKED" });
      expect(await spend({ keyLimit, dryRun: true })).toMatchObject({ outcome: "VALID", key: { remaining: 10 } });
      expect(await spend({ keyLimit, decided: "DISABLED" })).toMatchObject({ outcome: "DISABLED", key: { remaining: 10 } });
    });

    it("refills evenly, and says how long to wait", async () => {
      const { spend, advance } = await setUp();
      const keyLimit = { limit: 60, windowSeconds: 60 };
      for (let i = 0; i < 60; i++) await spend({ keyLimit });
      const refused = (await spend({ keyLimit })) as Spent;
      expect(refused).toMatchObject({ outcome: "RATE_LIMITED", key: { limit: 60, windowSeconds: 60, remaining: 0 } });
      expect(refused.key?.retrySeconds).toBe(1);
      await advance(1_000);
      expect((await spend({ keyLimit })).state === "DONE" && ((await spend({ keyLimit })) as Spent).outcome).toBe("RATE_LIMITED");
    });
  });

  describe(`${name} as a source of usage`, () => {
    it("counts by key, hour, endpoint and outcome, once, and keeps the last accepted use", async () => {
      const { ledger, spend, key, tenant } = await setUp();
      await spend();
      await spend();
      await spend({ decided: "EXPIRED", ip: "198.51.100.1" });
      await spend({ endpoint: "GET /v1/contacts" });
      await spend({ dryRun: true });
      const moves = await drain(ledger);
      const counts = moves.flatMap(({ counts }) => counts).filter(({ keyId }) => keyId === key.id);
      expect(counts.map(({ endpoint, outcome, requests }) => `${endpoint} ${outcome} ${requests}`).sort()).toEqual([
        "GET /v1/contacts VALID 1",
        "POST /v1/emails EXPIRED 1",
        "POST /v1/emails VALID 2",
      ]);
      expect(counts.every(({ tenantId, hourMs }) => tenantId === tenant.id && hourMs % 3_600_000 === 0)).toBe(true);
      expect(moves.flatMap(({ lastUses }) => lastUses).find(({ keyId }) => keyId === key.id)).toMatchObject({ ip: "203.0.113.7" });
      expect(moves.flatMap(({ budgets }) => budgets).some(({ subjectId, bucket }) => subjectId === tenant.id && bucket !== null)).toBe(true);
    });

    it("hands over the same move until it is confirmed, and each count in one move", async () => {
      const { ledger, spend } = await setUp();
      await drain(ledger);
      await spend();
      const first = await ledger.take();
      await spend();
      expect(await ledger.take()).toEqual(first);
      await ledger.confirm("mov_unknown");
      expect(await ledger.take()).toEqual(first);
      await ledger.confirm(first?.id ?? "");
      const second = await ledger.take();
      expect(second?.id).not.toBe(first?.id);
      expect(second?.counts.reduce((sum, { requests }) => sum + requests, 0)).toBe(1);
    });

    it("bounds the endpoints of a key", async () => {
      const { ledger, spend, key } = await setUp();
      for (let i = 0; i < 250; i++) await spend({ endpoint: `GET /${i}` });
      const counts = (await drain(ledger)).flatMap(({ counts }) => counts).filter(({ keyId }) => keyId === key.id);
      expect(counts.length).toBe(201);
      expect(counts.find(({ endpoint }) => endpoint === "other")?.requests).toBe(50);
    });
  });
};

/** Spends, installing where the ledger misses: as the verification does. */
const spendInstalling = async (ledger: Ledger, request: SpendRequest): Promise<SpendResult> => {
  const result = await ledger.spend(request);
  if (result.state !== "MISS") return result;
  const again = await ledger.spend({ ...request, install: { lease: result.lease, keyBudget: null, tenantBudget: null } });
  return again.state === "MISS" ? spendInstalling(ledger, request) : again;
};

/** The ledger's clock, read from a bucket of a throw-away key. */
const nowOf = async (ledger: Ledger & UsageSource, request: (change: Partial<SpendRequest>) => SpendRequest): Promise<number> => {
  const probe = { id: "key_clock", revision: 1 };
  await spendInstalling(ledger, request({ key: probe, tenant: null, poolLimit: null, keyLimit: generous }));
  const move = (await drain(ledger)).find(({ budgets }) => budgets.some(({ subjectId }) => subjectId === probe.id));
  return move?.budgets.find(({ subjectId }) => subjectId === probe.id)?.bucket?.atMs ?? 0;
};

const outcomes = (results: readonly SpendResult[]): Record<string, number> => {
  const counted: Record<string, number> = {};
  for (const result of results) {
    const name = result.state === "DONE" ? result.outcome : result.state;
    counted[name] = (counted[name] ?? 0) + 1;
  }
  return counted;
};

const drain = async (source: UsageSource): Promise<UsageMove[]> => {
  const moves: UsageMove[] = [];
  for (let round = 0; round < 100; round++) {
    const move = await source.take();
    if (move === undefined) return moves;
    moves.push(move);
    await source.confirm(move.id);
  }
  throw new Error("The usage source never runs dry.");
};
