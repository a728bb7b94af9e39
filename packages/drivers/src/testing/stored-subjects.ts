import type { BudgetState, Known } from "@keywright/core";
import type { LedgerUnderTest } from "@keywright/core/testing";
import type { PostgresPool } from "kysely";
import { fromBudgetRow, type JsonRow } from "../postgres/rows.ts";
import type { BudgetStateTable } from "../postgres/schema.ts";
import { createStore } from "../postgres/store.ts";

export const query = async <R>(pool: PostgresPool, text: string, values: readonly unknown[] = []): Promise<readonly R[]> => {
  const client = await pool.connect();
  try {
    return (await client.query<R>(text, values)).rows;
  } finally {
    client.release();
  }
};

const upsertKeys = `
  insert into api_keys (id, name, folded_name, environment, scopes, state, ip_allowlist, metadata, created_at_ms, updated_at_ms, revision, tag)
  select id, id, id, 'live', '{}', 'active', '{}', '{}', 1, 1, revision, '' from unnest($1::text[], $2::bigint[]) as u (id, revision)
  on conflict (id) do update set revision = excluded.revision`;

const upsertTenants = `
  insert into tenants (id, name, folded_name, tier, status, created_at_ms, updated_at_ms, revision, tag)
  select id, id, id, 'pro', 'active', 1, 1, revision, '' from unnest($1::text[], $2::bigint[]) as u (id, revision)
  on conflict (id) do update set revision = excluded.revision`;

const columns = (known: readonly Known[] = []) => [known.map(({ id }) => id), known.map(({ revision }) => revision)];

/** Writes keys, tenants and budgets as the store's changes do. */
export const committing = (pool: PostgresPool): NonNullable<LedgerUnderTest["commit"]> => {
  const moves = { made: 0 };
  return async ({ keys, tenants, budgets = [] }) => {
    if (keys !== undefined) await query(pool, upsertKeys, columns(keys));
    if (tenants !== undefined) await query(pool, upsertTenants, columns(tenants));
    if (budgets.length === 0) return;
    moves.made += 1;
    await createStore(pool).usage.apply({ id: `mov_of_budgets_${moves.made}`, counts: [], lastUses: [], budgets });
  };
};

/** What the ledger has of a key or a tenant. */
export const ledgerBudget = async (pool: PostgresPool, subjectId: string): Promise<BudgetState | undefined> => {
  const [found] = await query<{ row: JsonRow<BudgetStateTable> }>(pool, "select to_json(b) as row from ledger_budgets b where subject_id = $1", [subjectId]);
  return found && fromBudgetRow(found.row);
};

/** A clock that stands still, in the place of the database's own. */
export const stopClock = async (pool: PostgresPool, startMs: number) => {
  await query(pool, "create table stopped_clock (now_ms bigint not null)");
  await query(pool, "insert into stopped_clock values ($1)", [startMs]);
  await query(pool, "create or replace function ledger_now_ms() returns bigint language sql volatile as 'select now_ms from stopped_clock'");
  return {
    advance: async (ms: number) => {
      await query(pool, "update stopped_clock set now_ms = now_ms + $1", [ms]);
    },
  };
};
