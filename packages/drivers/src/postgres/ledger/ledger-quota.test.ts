import { type BudgetState, createMemoryLedger, deliverUsage, type Ledger, type SpendResult, type Store, type UsageSource } from "@keywright/core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type LedgerProcess, requestOf, startLedger, tally } from "../../testing/ledger-process.ts";
import { describeWithPostgres } from "../../testing/postgres-engine.ts";
import { committing, ledgerBudget, query, stopClock } from "../../testing/stored-subjects.ts";
import { createEpochs } from "../epochs.ts";
import { migrate } from "../migrate.ts";
import { fromBudgetRow, type JsonRow } from "../rows.ts";
import type { BudgetStateTable } from "../schema.ts";
import { createStore } from "../store.ts";

const startMs = Date.UTC(2026, 10, 21, 12, 30);
const month = 2026 * 12 + 10;
const monthlyQuota = 1_000;

await describeWithPostgres("a quota, on PostgreSQL", (server) => {
  let postgres: LedgerProcess;
  let store: Store;
  beforeAll(async () => {
    postgres = startLedger({ url: await server().newDatabase(), name: "postgres" });
    await migrate(postgres.pool);
    await stopClock(postgres.pool, startMs);
    store = createStore(postgres.pool);
    await createEpochs(postgres.pool).move(0, "redis", false);
  });
  afterAll(async () => {
    await postgres.end();
  });

  const made = { ids: 0 };
  const newId = (prefix: string): string => {
    made.ids += 1;
    return `${prefix}_${made.ids}`;
  };
  const stored = async (): Promise<string> => {
    const id = newId("key");
    await committing(postgres.pool)({ keys: [{ id, revision: 1 }] });
    return id;
  };
  const toldStore = async (id: string): Promise<BudgetState | null> => {
    const [found] = await query<{ row: JsonRow<BudgetStateTable> }>(postgres.pool, "select to_json(b) as row from budget_states b where subject_id = $1", [id]);
    return found === undefined ? null : fromBudgetRow(found.row);
  };
  /** As a verification does: what the ledger does not know comes from the store. */
  const spend = async (ledger: Ledger, id: string): Promise<SpendResult> => {
    const request = requestOf({ id, revision: 1 }, null, { monthlyQuota });
    const result = await ledger.spend(request);
    if (result.state !== "MISS") return result;
    return ledger.spend({ ...request, install: { lease: result.lease, keyBudget: await toldStore(id), tenantBudget: null } });
  };
  const spendTimes = async (ledger: Ledger, id: string, times: number) =>
    tally(await Promise.allSettled(Array.from({ length: times }, () => spend(ledger, id))));
  const deliver = (source: UsageSource) => deliverUsage({ source, usage: store.usage });
  /** In the place of a Redis, and empty: as one that has restarted, or has let its entries expire. */
  const openOther = () => createMemoryLedger({ clock: { nowMs: () => startMs }, newMoveId: () => newId("mov"), maxEntries: 1_000 });

  it("is not handed back by a ledger that takes over for a moment, nor by the one that comes back after it", async () => {
    const id = await stored();
    expect(await spendTimes(postgres.ledger, id, 1)).toEqual({ VALID: 1 });
    await deliver(postgres.ledger);

    const redis = openOther();
    expect(await spendTimes(redis, id, monthlyQuota)).toEqual({ VALID: monthlyQuota - 1, QUOTA_EXCEEDED: 1 });
    await deliver(redis);

    expect(await spendTimes(postgres.ledger, id, 100)).toEqual({ QUOTA_EXCEEDED: 100 });
    await deliver(postgres.ledger);
    expect(await ledgerBudget(postgres.pool, id)).toMatchObject({ quota: { month, used: monthlyQuota } });

    expect(await spendTimes(openOther(), id, 100)).toEqual({ QUOTA_EXCEEDED: 100 });
  });

  it("is not lowered by the delivery of a ledger that knows less", async () => {
    const id = await stored();
    const redis = openOther();
    await spendTimes(postgres.ledger, id, 10);
    await spendTimes(redis, id, 300);
    await deliver(redis);
    await deliver(postgres.ledger);
    expect(await spendTimes(openOther(), id, monthlyQuota)).toEqual({ VALID: 700, QUOTA_EXCEEDED: 300 });
  });

  it("is what was charged while a batch waited for its turn", async () => {
    const id = await stored();
    await spendTimes(postgres.ledger, id, 1);
    const redis = openOther();
    await spendTimes(redis, id, monthlyQuota);
    const holder = await postgres.pool.connect();
    await holder.query("begin", []);
    await holder.query("select from ledger_budgets where subject_id = $1 for update", [id]);
    const waiting = spendTimes(postgres.ledger, id, 1);
    const locks = "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    while ((await query(postgres.pool, locks)).length === 0);
    await deliver(redis);
    await holder.query("commit", []);
    holder.release();
    expect(await waiting).toEqual({ QUOTA_EXCEEDED: 1 });
  });

  it("is a new one with the month, whatever the store knows of the one before", async () => {
    const id = await stored();
    await spendTimes(postgres.ledger, id, 1);
    const lastMonth = { subjectId: id, bucket: null, quota: { month: month - 1, used: monthlyQuota } };
    await committing(postgres.pool)({ budgets: [lastMonth] });
    expect(await spendTimes(postgres.ledger, id, 1)).toEqual({ VALID: 1 });
    expect(await ledgerBudget(postgres.pool, id)).toMatchObject({ quota: { month, used: 2 } });
  });
});
