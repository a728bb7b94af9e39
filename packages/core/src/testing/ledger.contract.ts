import { describe, expect, it } from "vitest";
import type { RateLimit } from "../model/limits.ts";
import type { BudgetState } from "../model/usage.ts";
import type { Known, Ledger, SpendRequest, SpendResult, Spent } from "../ports/ledger.ts";
import type { UsageSource } from "../ports/usage-source.ts";
import { testSeveral } from "./ledger-several.contract.ts";
import { drain, nowOf, outcomes, spendInstalling } from "./ledger-steps.ts";

/** Keys, tenants and budgets that the store has from now on. */
export interface Committed {
  readonly keys?: readonly Known[];
  readonly tenants?: readonly Known[];
  readonly budgets?: readonly BudgetState[];
}

export interface LedgerUnderTest {
  readonly ledger: Ledger & UsageSource;
  /** Moves the ledger's clock, back where it is less than 0. It stands still else. */
  advance(ms: number): Promise<void> | void;
  /** A fresh id that no other test uses. */
  newId(prefix: string): string;
  /** For a ledger that reads the store's own rows: commits to the store. Such a ledger knows whatever is there, and a lease installs nothing. */
  commit?(committed: Committed): Promise<void>;
}

const generous: RateLimit = { limit: 1_000_000, windowSeconds: 1 };

/** The executable promise of `Ledger` and `UsageSource`. */
export const ledgerContract = (name: string, open: () => Promise<LedgerUnderTest>): void => {
  /** A key and a tenant that neither the ledger nor the store knows. */
  const setUpUnknown = async () => {
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
    const spend = (change: Partial<SpendRequest> = {}) => spendInstalling(under.ledger, request(change));
    /** What the store does: every ledger may be asked with a revision only after the store has it. */
    const commit = async (committed: Committed) => under.commit?.(committed);
    /** A change of a key or a tenant: committed, then announced. */
    const change = async (committed: Committed) => {
      await commit(committed);
      await under.ledger.announce([...(committed.keys ?? []), ...(committed.tenants ?? [])]);
    };
    return { ...under, readsStore: under.commit !== undefined, key, tenant, request, spend, commit, change };
  };

  const setUp = async () => {
    const bench = await setUpUnknown();
    await bench.commit({ keys: [bench.key], tenants: [bench.tenant] });
    return bench;
  };

  describe(`${name} as a ledger: revisions and leases`, () => {
    it("answers MISS with a lease for what it does not know, and spends under that lease once the store has it", async () => {
      const { ledger, key, tenant, request, commit } = await setUpUnknown();
      const miss = await ledger.spend(request());
      expect(miss.state).toBe("MISS");
      const lease = miss.state === "MISS" ? miss.lease : "";
      await commit({ keys: [key], tenants: [tenant] });
      expect(await ledger.spend(request({ install: { lease, keyBudget: null, tenantBudget: null } }))).toMatchObject({ state: "DONE", outcome: "VALID" });
    });

    it("answers MISS where it knows only one of the two", async () => {
      const { ledger, key, newId, request, spend } = await setUp();
      await spend();
      const stranger = { id: newId("ten"), revision: 1 };
      expect((await ledger.spend(request({ tenant: stranger }))).state).toBe("MISS");
      expect((await ledger.spend(request({ key: { id: newId("key"), revision: 1 } }))).state).toBe("MISS");
      expect((await ledger.spend(request({ key: { ...key, revision: 0 }, tenant: stranger }))).state).toBe("MISS");
      expect((await ledger.spend(request())).state).toBe("DONE");
    });

    it("refuses a lease that was taken out before a change", async () => {
      const { ledger, key, tenant, request, commit, change, readsStore } = await setUpUnknown();
      const miss = await ledger.spend(request());
      await commit({ tenants: [tenant] });
      await change({ keys: [{ id: key.id, revision: 2 }] });
      const install = { lease: miss.state === "MISS" ? miss.lease : "", keyBudget: null, tenantBudget: null };
      expect((await ledger.spend(request({ install }))).state).toBe(readsStore ? "STALE" : "MISS");
    });

    it("answers STALE to an older revision of the key or the tenant, from the moment that the change is announced", async () => {
      const { key, tenant, spend, change } = await setUp();
      await spend();
      await change({ keys: [{ id: key.id, revision: 2 }] });
      expect((await spend()).state).toBe("STALE");
      expect((await spend({ key: { id: key.id, revision: 2 } })).state).toBe("DONE");
      await change({ tenants: [{ id: tenant.id, revision: 5 }] });
      expect((await spend({ key: { id: key.id, revision: 2 } })).state).toBe("STALE");
      expect((await spend({ key: { id: key.id, revision: 2 }, tenant: { id: tenant.id, revision: 5 } })).state).toBe("DONE");
    });

    it("charges and counts nothing for what is STALE", async () => {
      const { ledger, key, spend, change } = await setUp();
      const keyLimit = { limit: 10, windowSeconds: 3600 };
      await spend({ keyLimit });
      await change({ keys: [{ id: key.id, revision: 2 }] });
      expect((await spend({ keyLimit })).state).toBe("STALE");
      expect(await spend({ keyLimit, key: { id: key.id, revision: 2 } })).toMatchObject({ outcome: "VALID", key: { remaining: 8 } });
      const counts = (await drain(ledger)).flatMap((move) => move.counts).filter(({ keyId }) => keyId === key.id);
      expect(counts.reduce((sum, { requests }) => sum + requests, 0)).toBe(2);
    });

    it("takes a newer revision that the store has, and never goes back", async () => {
      const { ledger, key, spend, commit } = await setUp();
      await spend();
      await commit({ keys: [{ id: key.id, revision: 7 }] });
      expect((await spend({ key: { id: key.id, revision: 7 } })).state).toBe("DONE");
      await ledger.announce([{ id: key.id, revision: 3 }]);
      expect((await spend({ key: { id: key.id, revision: 6 } })).state).toBe("STALE");
      expect((await spend({ key: { id: key.id, revision: 7 } })).state).toBe("DONE");
    });

    it("starts from the budgets that the store knew", async () => {
      const { ledger, key, tenant, newId, request, commit } = await setUpUnknown();
      const limits = { keyLimit: { limit: 10, windowSeconds: 3600 }, monthlyQuota: 5 };
      const first = await ledger.spend(request(limits));
      const lease = first.state === "MISS" ? first.lease : "";
      const probe = { id: newId("key"), revision: 1 };
      await commit({ keys: [probe] });
      const atMs = await nowOf(ledger, request({ key: probe, tenant: null, poolLimit: null, keyLimit: generous }));
      const keyBudget = { subjectId: key.id, bucket: { tokens: 2, fraction: 0, atMs }, quota: null };
      const tenantBudget = { subjectId: tenant.id, bucket: { tokens: 1_000_000, fraction: 0, atMs }, quota: null };
      await commit({ keys: [key], tenants: [tenant], budgets: [keyBudget, tenantBudget] });
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
      const { spend, commit, newId } = await setUp();
      const poolLimit = { limit: 10, windowSeconds: 3600 };
      const keys = [1, 2, 3].map(() => ({ id: newId("key"), revision: 1 }));
      await commit({ keys });
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
      const pool = moves.flatMap(({ budgets }) => budgets).find(({ subjectId }) => subjectId === tenant.id);
      expect(pool?.bucket?.tokens).toBeLessThan(generous.limit);
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
      const rest = await drain(ledger);
      expect(rest.map(({ id }) => id)).not.toContain(first?.id);
      expect(rest.flatMap(({ counts }) => counts).reduce((sum, { requests }) => sum + requests, 0)).toBe(1);
    });

    testSeveral(setUp);

    it("ends a delivery however much is counted meanwhile", async () => {
      const { ledger, spend } = await setUp();
      await spend();
      let moves = 0;
      for (let move = await ledger.take(); move !== undefined; move = await ledger.take()) {
        moves += 1;
        expect(moves).toBeLessThan(10);
        await spend();
        await ledger.confirm(move.id);
      }
      expect(moves).toBeGreaterThan(0);
      expect((await drain(ledger)).flatMap(({ counts }) => counts).length).toBeGreaterThan(0);
    });

    it("counts each request in the hour of its clock, though that goes back", async () => {
      const { ledger, spend, advance } = await setUp();
      await drain(ledger);
      for (const hours of [0, 2, -3, 1]) await Promise.resolve(advance(hours * 3_600_000)).then(() => spend());
      const counts = (await drain(ledger)).flatMap((move) => move.counts).sort((one, other) => one.hourMs - other.hourMs);
      const hourOf = (atMs: number): number => (atMs - (counts[0]?.hourMs ?? 0)) / 3_600_000;
      expect(counts.map(({ hourMs, requests }) => `${hourOf(hourMs)}: ${requests}`)).toEqual(["0: 1", "1: 2", "3: 1"]);
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
