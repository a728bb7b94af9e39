import type { Known, SpendRequest } from "@keywright/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LedgerProcess, month, requestOf, startLedger, tally } from "../../testing/ledger-process.ts";
import { describeWithPostgres } from "../../testing/postgres-engine.ts";
import { committing, ledgerBudget, query } from "../../testing/stored-subjects.ts";
import { migrate } from "../migrate.ts";

await describeWithPostgres("PostgreSQL", (server) => {
  let processes: readonly LedgerProcess[] = [];
  let store: LedgerProcess;
  beforeAll(async () => {
    const url = await server().newDatabase();
    store = startLedger({ url, name: "store" });
    await migrate(store.pool);
    processes = ["a", "b"].map((name) => startLedger({ url, name }));
  });
  afterAll(async () => {
    await Promise.all([...processes, store].map((process) => process.end()));
  });

  const made = { ids: 0 };
  const storedOnes = async (prefix: string, count: number): Promise<readonly Known[]> => {
    const known = Array.from({ length: count }, () => {
      made.ids += 1;
      return { id: `${prefix}_${made.ids}`, revision: 1 };
    });
    await committing(store.pool)(prefix === "key" ? { keys: known } : { tenants: known });
    return known;
  };
  const stored = async (prefix: string): Promise<Known> => {
    const [known] = await storedOnes(prefix, 1);
    if (known === undefined) throw new Error("Nothing was stored.");
    return known;
  };

  /** All at once, through both processes by turns. */
  const spendAll = (requests: readonly SpendRequest[]) =>
    Promise.allSettled(
      requests.map((request, index) => {
        const process = processes[index % processes.length];
        return process === undefined ? Promise.reject(new Error("There is no process.")) : process.ledger.spend(request);
      }),
    );
  const times = (count: number, request: (index: number) => SpendRequest) => Array.from({ length: count }, (_, index) => request(index));
  const budgetOf = (subject: Known) => ledgerBudget(store.pool, subject.id);

  describe("two processes that spend 1,000 at once", () => {
    const hundred = { limit: 100, windowSeconds: month };
    const plenty = { limit: 5_000, windowSeconds: month };

    it("let exactly a key's limit of 100 pass, and charge nothing for the others", async () => {
      const [key, tenant] = [await stored("key"), await stored("ten")];
      const results = await spendAll(times(1_000, () => requestOf(key, tenant, { keyLimit: hundred, poolLimit: plenty, monthlyQuota: 5_000 })));
      expect(tally(results)).toEqual({ VALID: 100, RATE_LIMITED: 900 });
      expect(await budgetOf(key)).toMatchObject({ bucket: { tokens: 0 }, quota: { used: 100 } });
      expect(await budgetOf(tenant)).toMatchObject({ bucket: { tokens: 4_900 } });
    });

    it("let exactly a quota of 100 pass, and charge nothing for the others", async () => {
      const [key, tenant] = [await stored("key"), await stored("ten")];
      const results = await spendAll(times(1_000, () => requestOf(key, tenant, { keyLimit: plenty, poolLimit: plenty, monthlyQuota: 100 })));
      expect(tally(results)).toEqual({ VALID: 100, QUOTA_EXCEEDED: 900 });
      expect(await budgetOf(key)).toMatchObject({ bucket: { tokens: 4_900 }, quota: { used: 100 } });
      expect(await budgetOf(tenant)).toMatchObject({ bucket: { tokens: 4_900 } });
    });

    it("let exactly a tenant's pool of 100 pass, whichever of its keys asks, and charge nothing for the others", async () => {
      const [keys, tenant] = [await storedOnes("key", 20), await stored("ten")];
      const limits = { keyLimit: plenty, poolLimit: hundred, monthlyQuota: 5_000 };
      const results = await spendAll(times(1_000, (index) => requestOf(keys[index % keys.length] ?? tenant, tenant, limits)));
      expect(tally(results)).toEqual({ VALID: 100, RATE_LIMITED: 900 });
      const budgets = await Promise.all(keys.map(budgetOf));
      expect(budgets.reduce((sum, budget) => sum + (budget?.quota?.used ?? 0), 0)).toBe(100);
      expect(budgets.reduce((sum, budget) => sum + (5_000 - (budget?.bucket?.tokens ?? 0)), 0)).toBe(100);
    });

    it("take whole costs only", async () => {
      const key = await stored("key");
      const results = await spendAll(times(1_000, (index) => requestOf(key, null, { keyLimit: hundred, cost: 1 + (index % 7) })));
      const paid = results.reduce((sum, result, index) => sum + (tally([result])["VALID"] === 1 ? 1 + (index % 7) : 0), 0);
      expect(paid).toBe(100);
      expect(await budgetOf(key)).toMatchObject({ bucket: { tokens: 0 } });
    });
  });

  it("never wait for one another in a circle, whatever order their keys and tenants come in", async () => {
    const [keys, tenants] = [await storedOnes("key", 30), await storedOnes("ten", 7)];
    const limit = { limit: 1_000_000, windowSeconds: month };
    const pick = (index: number, from: readonly Known[], step: number): Known => from[(index * step) % from.length] ?? { id: "", revision: 0 };
    const request = (index: number) =>
      requestOf(pick(index, keys, index % 2 === 0 ? 7 : 23), pick(index, tenants, index % 3 === 0 ? 2 : 5), { keyLimit: limit, poolLimit: limit });
    for (let round = 0; round < 5; round++) expect(tally(await spendAll(times(2_000, request)))).toEqual({ VALID: 2_000 });
    const charged = async (subjects: readonly Known[]) =>
      (await Promise.all(subjects.map(budgetOf))).reduce((sum, budget) => sum + (limit.limit - (budget?.bucket?.tokens ?? 0)), 0);
    expect(await charged(keys)).toBe(10_000);
    expect(await charged(tenants)).toBe(10_000);
  });

  it("decide by the database's clock", async () => {
    const key = await stored("key");
    const nowMs = async () => (await query<{ ms: number }>(store.pool, "select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as ms"))[0]?.ms ?? 0;
    const before = await nowMs();
    await spendAll([requestOf(key, null, { keyLimit: { limit: 1, windowSeconds: 1 } })]);
    const atMs = (await budgetOf(key))?.bucket?.atMs ?? 0;
    expect(atMs).toBeGreaterThanOrEqual(before);
    expect(atMs).toBeLessThanOrEqual(await nowMs());
  });

  it.each([
    ["key", "key"],
    ["tenant", "ten"],
  ])("see a committed revision of a %s in every spend that begins after it, in hundreds of trials under load", async (_subject, changed) => {
    const [busy, tenant] = [await stored("key"), await stored("ten")];
    const limits = { keyLimit: { limit: 1_000_000, windowSeconds: 1 }, poolLimit: { limit: 1_000_000, windowSeconds: 1 } };
    const load = { on: true, spent: 0, stale: 0 };
    for (let trial = 0; trial < 300; trial++) {
      const [key, own] = [await stored("key"), changed === "ten" ? await stored("ten") : tenant];
      load.on = true;
      // Readers of the same budgets, so that spends wait for one another's locks while the change commits.
      const readers = processes.map(async ({ ledger }) => {
        while (load.on) {
          const results = await Promise.all([requestOf(key, own, limits), requestOf(busy, tenant, limits)].map((request) => ledger.spend(request)));
          load.spent += results.filter(({ state }) => state === "DONE").length;
        }
      });
      await Promise.all(processes.map(({ ledger }) => ledger.spend(requestOf(key, own, limits))));
      const subject = { ...(changed === "ten" ? own : key), revision: 2 };
      await committing(store.pool)(changed === "ten" ? { tenants: [subject] } : { keys: [subject] });
      const after = await spendAll(times(6, () => requestOf(key, own, limits)));
      load.stale += tally(after)["STALE"] ?? 0;
      load.on = false;
      await Promise.all(readers);
    }
    expect(load.stale).toBe(1_800);
    expect(load.spent).toBeGreaterThan(600);
  });

  it("find a change's row unlocked, and are found so: neither waits for the other", async () => {
    const [key, tenant] = [await stored("key"), await stored("ten")];
    const limits = { keyLimit: { limit: 10, windowSeconds: month }, poolLimit: { limit: 10, windowSeconds: month } };
    const client = await store.pool.connect();
    await client.query("begin", []);
    await client.query("update api_keys set revision = 2 where id = $1", [key.id]);
    await client.query("update tenants set revision = 2 where id = $1", [tenant.id]);
    expect(tally(await spendAll([requestOf(key, tenant, limits)]))).toEqual({ VALID: 1 });
    await client.query("commit", []);
    client.release();
    expect(tally(await spendAll([requestOf(key, tenant, limits)]))).toEqual({ STALE: 1 });
  });
});
