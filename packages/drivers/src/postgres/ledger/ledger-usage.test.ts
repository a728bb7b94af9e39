import { randomBytes } from "node:crypto";
import { deliverUsage, type Known, type Store, type UsageSource } from "@keywright/core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type LedgerProcess, requestOf, startLedger } from "../../testing/ledger-process.ts";
import { describeWithPostgres } from "../../testing/postgres-engine.ts";
import { committing, query, stopClock } from "../../testing/stored-subjects.ts";
import { migrate } from "../migrate.ts";
import { createStore } from "../store.ts";
import { createPostgresLedger } from "./ledger.ts";

const startMs = Date.UTC(2026, 10, 21, 12, 30);
const hourMs = Date.UTC(2026, 10, 21, 12);

await describeWithPostgres("PostgreSQL", (server) => {
  let a: LedgerProcess;
  let b: LedgerProcess;
  let store: Store;
  beforeAll(async () => {
    const url = await server().newDatabase();
    [a, b] = [startLedger({ url, name: "a" }), startLedger({ url, name: "b" })];
    await migrate(a.pool);
    await stopClock(a.pool, startMs);
    store = createStore(a.pool);
  });
  afterAll(async () => {
    await Promise.all([a.end(), b.end()]);
  });

  const made = { ids: 0 };
  const stored = async (): Promise<{ readonly key: Known; readonly tenant: Known }> => {
    made.ids += 1;
    const [key, tenant] = [
      { id: `key_${made.ids}`, revision: 1 },
      { id: `ten_${made.ids}`, revision: 1 },
    ];
    await committing(a.pool)({ keys: [key], tenants: [tenant] });
    return { key, tenant };
  };
  const deliver = (source: UsageSource) => deliverUsage({ source, usage: store.usage });
  const requestsOf = async (keyId: string): Promise<number> =>
    (await query<{ sum: number }>(a.pool, "select coalesce(sum(requests), 0)::bigint as sum from usage_hourly where key_id = $1", [keyId]))[0]?.sum ?? 0;
  const labelsOf = async (keyId: string): Promise<readonly string[]> =>
    (await query<{ endpoint: string }>(a.pool, "select endpoint from usage_hourly where key_id = $1", [keyId])).map(({ endpoint }) => endpoint);

  it("reaches the store whole, with the key's tenant, its hour and its last accepted use", async () => {
    const { key, tenant } = await stored();
    for (const ip of ["203.0.113.1", "203.0.113.2"]) await a.ledger.spend(requestOf(key, tenant, { ip }));
    await b.ledger.spend(requestOf(key, tenant, { decided: "REVOKED", ip: "203.0.113.3" }));
    await deliver(b.ledger);
    const range = { fromMs: hourMs, toMs: hourMs + 3_600_000, bucketMs: 3_600_000 };
    expect((await store.usage.summarize({ tenantId: tenant.id, ...range })).outcomes).toEqual({ VALID: 2, REVOKED: 1 });
    const { series, activity } = await store.usage.summarize({ keyId: key.id, ...range });
    expect(series).toEqual([{ startMs: hourMs, requests: 3, errors: 1, codes: { REVOKED: 1 } }]);
    expect(activity).toEqual({ lastUsedAtMs: startMs, lastUsedIp: "203.0.113.2" });
  });

  it("tells the store what is left, and lets no other ledger's delivery give anything back", async () => {
    const { key, tenant } = await stored();
    const limits = { keyLimit: { limit: 10, windowSeconds: 60 }, poolLimit: { limit: 20, windowSeconds: 60 }, monthlyQuota: 30 };
    const month = 2026 * 12 + 10;
    const full = { bucket: { tokens: 10, fraction: 0, atMs: startMs }, quota: { month, used: 7 } };
    await committing(a.pool)({ budgets: [{ subjectId: key.id, ...full }] });
    expect(await a.ledger.spend(requestOf(key, tenant, limits))).toMatchObject({ outcome: "VALID", quota: { remaining: 22 } });
    await deliver(a.ledger);
    const told = await query(a.pool, "select bucket_tokens, quota_used from budget_states where subject_id = any($1) order by subject_id", [
      [key.id, tenant.id],
    ]);
    expect(told).toEqual([
      { bucket_tokens: 9, quota_used: 8 },
      { bucket_tokens: 19, quota_used: null },
    ]);
    await committing(a.pool)({ budgets: [{ subjectId: key.id, ...full }] });
    expect(await b.ledger.spend(requestOf(key, tenant, limits))).toMatchObject({ outcome: "VALID", key: { remaining: 8 }, quota: { remaining: 21 } });
    await deliver(a.ledger);
  });

  it("is delivered once, however many processes deliver while others spend", async () => {
    const { key, tenant } = await stored();
    const state = { spending: true, spent: 0 };
    const spenders = [a, b].map(async ({ ledger }) => {
      for (let round = 0; round < 40; round++) {
        await Promise.all(Array.from({ length: 50 }, () => ledger.spend(requestOf(key, tenant))));
        state.spent += 50;
      }
    });
    const deliverers = [a, b, a].map(async ({ ledger }) => {
      while (state.spending) await deliver(ledger);
    });
    await Promise.all(spenders);
    state.spending = false;
    await Promise.all(deliverers);
    await deliver(a.ledger);
    expect(await requestsOf(key.id)).toBe(state.spent);
    expect(state.spent).toBe(4_000);
  });

  it("is delivered once where a process dies before it has applied a move, or before it has confirmed it", async () => {
    const { key, tenant } = await stored();
    await a.ledger.spend(requestOf(key, tenant));
    const taken = await a.ledger.take();
    await a.ledger.spend(requestOf(key, tenant));
    const again = await b.ledger.take();
    expect(again).toEqual(taken);
    if (again === undefined) throw new Error("There is no move.");
    expect(await store.usage.apply(again)).toBe(true);
    await deliver(b.ledger);
    expect(await requestsOf(key.id)).toBe(2);
    expect(await a.ledger.take()).toBeUndefined();
  });

  it("keeps at most 200 endpoints of a key and hour, with those that the store has", async () => {
    const { key, tenant } = await stored();
    const spendAt = (from: number, to: number) =>
      Promise.all(Array.from({ length: to - from }, (_, index) => a.ledger.spend(requestOf(key, tenant, { endpoint: `GET /${from + index}` }))));
    await spendAt(0, 150);
    await deliver(a.ledger);
    await spendAt(100, 260);
    await deliver(a.ledger);
    await spendAt(260, 270);
    await spendAt(0, 10);
    await deliver(b.ledger);
    const labels = await labelsOf(key.id);
    expect(labels).toHaveLength(201);
    expect(labels).toEqual(expect.arrayContaining(["GET /0", "GET /149", "other"]));
    expect(await requestsOf(key.id)).toBe(150 + 160 + 10 + 10);
    const other = await query(a.pool, "select requests from usage_hourly where key_id = $1 and endpoint = 'other'", [key.id]);
    expect(other).toEqual([{ requests: 60 + 10 }]);
  });

  it("is each call of a caller whose calls were one request of the ledger", async () => {
    const [caller, { key, tenant }, fresh] = [await stored(), await stored(), await stored()];
    const call = requestOf(caller.key, null, { endpoint: "POST /v1/verify" });
    const limited = { keyLimit: { limit: 5, windowSeconds: 60 } };
    const ghost = requestOf({ id: "key_ghost", revision: 1 }, null, limited);
    // Budgets that have no row yet, and a key that there is not: the batch is sent once more without it, and those behind the caller stay behind it.
    const results = await Promise.all([
      ...[requestOf(key, tenant), ghost, requestOf(key, tenant, limited), requestOf(fresh.key, fresh.tenant, limited)].map((request) =>
        a.ledger.spendBehind(call, request),
      ),
      a.ledger.spendBehind({ ...call, decided: "DISABLED" }, requestOf(key, tenant)),
      a.ledger.spendBehind({ ...ghost, decided: "VALID" }, requestOf(key, tenant)),
    ]);
    expect(results.map((result) => (result?.state === "DONE" ? result.outcome : result?.state))).toEqual([
      ...["VALID", "MISS", "VALID", "VALID"],
      ...[undefined, undefined],
    ]);
    await deliver(a.ledger);
    expect([await requestsOf(caller.key.id), await requestsOf(key.id), await requestsOf(fresh.key.id)]).toEqual([5, 2, 1]);
    const lines = await query(a.pool, "select outcome, requests from usage_hourly where key_id = $1 order by 1", [caller.key.id]);
    expect(lines).toEqual([
      { outcome: "DISABLED", requests: 1 },
      { outcome: "VALID", requests: 4 },
    ]);
  });

  it("is kept of batches of every size, those that just fill a page of the database too", async () => {
    const { key, tenant } = await stored();
    // As many as leave at once, and nothing that can be compressed; a batch is four bytes larger than the one before.
    const labels = Array.from({ length: 32 }, () => randomBytes(200).toString("base64"));
    const sizes = Array.from({ length: 320 }, (_, index) => index);
    for (const size of sizes) {
      const endpoints = labels.map((label, place) => label.slice(0, 200 + 4 * Math.floor((size + place) / labels.length)));
      const results = await Promise.all(endpoints.map((endpoint) => a.ledger.spend(requestOf(key, tenant, { endpoint }))));
      expect(new Set(results.map((result) => result.state))).toEqual(new Set(["DONE"]));
    }
    await deliver(a.ledger);
    expect(await requestsOf(key.id)).toBe(sizes.length * labels.length);
  });

  it("is taken and confirmed over other connections than those that verifications wait for, where there are some", async () => {
    const { key, tenant } = await stored();
    await a.ledger.spend(requestOf(key, tenant));
    const busy = { ...a.pool, connect: () => Promise.reject(new Error("All of them are taken.")) };
    const ledger = createPostgresLedger({ pool: busy, usagePool: a.pool, newMoveId: () => "mov_beside" });
    await deliver(ledger);
    expect(await requestsOf(key.id)).toBe(1);
    await ledger.close();
  });

  it("is cut into moves of at most 5,000 lines", async () => {
    const keys = await Promise.all(Array.from({ length: 32 }, stored));
    for (const { key, tenant } of keys) {
      await Promise.all(Array.from({ length: 200 }, (_, index) => b.ledger.spend(requestOf(key, tenant, { endpoint: `GET /${index}` }))));
    }
    const sizes: number[] = [];
    const source: UsageSource = {
      take: async () => {
        const move = await b.ledger.take();
        if (move !== undefined) sizes.push(move.counts.length);
        return move;
      },
      confirm: (moveId) => b.ledger.confirm(moveId),
    };
    await deliver(source);
    expect(sizes).toEqual([5_000, 1_400]);
    for (const { key } of keys) expect(await requestsOf(key.id)).toBe(200);
    const uses = await query(a.pool, "select key_id from key_activity where key_id = any($1)", [keys.map(({ key }) => key.id)]);
    expect(uses).toHaveLength(32);
  });

  it("leaves the ledger batch by batch, a large backlog in several cuts, that of a version which counted each request by itself too", async () => {
    const { key, tenant } = await stored();
    const sql = `insert into ledger_batches (at_ms, keys, tenants, outcomes, endpoints, ips, subject, endpoint, ip, codes)
      select $1, array[$2], array[$3], '{VALID}', '{-}', '{}', array_fill(1::smallint, array[6000]), array_fill(1::smallint, array[3000]),
             array_fill(0::smallint, array[3000]), array_fill(1::smallint, array[3000]) from generate_series(1, 8)`;
    await query(a.pool, sql, [startMs, key.id, tenant.id]);
    const moved: number[] = [];
    for (let move = await a.ledger.take(); move !== undefined; move = await a.ledger.take()) {
      moved.push(move.counts.reduce((sum, { requests }) => sum + requests, 0));
      await a.ledger.confirm(move.id);
    }
    expect(moved).toEqual([15_000, 9_000]);
  });
});
