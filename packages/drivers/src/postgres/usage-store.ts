import type { BudgetState, LastUse, UsageCount, UsageMove, UsageStore } from "@keywright/core";
import { type Kysely, sql } from "kysely";
import type { Tables } from "./schema.ts";
import { inTransaction } from "./transaction.ts";
import { addCountries, addResponses } from "./usage-extras.ts";
import { usageGroups, usageRows } from "./usage-groups.ts";
import { coarsenLabels } from "./usage-labels.ts";
import { noteMove } from "./usage-moves.ts";
import { summarizeUsage } from "./usage-summary.ts";

type Db = Kysely<Tables>;

export const postgresUsageStore = (db: Db) =>
  ({
    apply: (move) => inTransaction(db, (transaction) => applyMove(transaction, move)),
    addResponses: (batch) => inTransaction(db, (transaction) => addResponses(transaction, batch)),
    addCountries: (counts) => addCountries(db, counts),
    summarize: (filter) => summarizeUsage(db, filter),
    groups: (filter, by, page) => usageGroups(db, { filter, by }, page),
    rows: (filter, by, page) => usageRows(db, { filter, by }, page),
    keep: (nowMs, hoursKeptMs) => keep(db, nowMs, hoursKeptMs),
  }) satisfies UsageStore;

const keep = async (db: Db, nowMs: number, hoursKeptMs: number): Promise<readonly string[]> => {
  const { rows } = await sql<{ done: readonly string[] }>`select usage_keep(${nowMs}::bigint, ${hoursKeptMs}::bigint) as done`.execute(db);
  return rows[0]?.done ?? [];
};

const applyMove = async (db: Db, move: UsageMove): Promise<boolean> => {
  if (!(await noteMove(db, move.id))) return false;
  await addCounts(db, move.counts);
  await advanceUses(db, move.lastUses);
  await mergeBudgets(db, move.budgets);
  return true;
};

/*
 * Each part of a move is one statement over columns of arrays. It merges rows for the same subject, which one statement may not
 * write twice, and writes in the order of their ids, so that two deliveries never wait for each other in a circle.
 */

/** Endpoints that are told apart in the totals of one tenant, and of the platform, in a day. */
const labelsOfTotals = 1_000;

const addCounts = async (db: Db, given: readonly UsageCount[]): Promise<void> => {
  if (given.length === 0) return;
  const counts = await coarsenLabels(db, "usage_daily", given);
  const columns = sql.join([
    sql`${counts.map((count) => count.keyId)}::text[]`,
    sql`${counts.map((count) => count.tenantId)}::text[]`,
    sql`${counts.map((count) => count.hourMs)}::bigint[]`,
    sql`${counts.map((count) => count.endpoint)}::text[]`,
    sql`${counts.map((count) => count.outcome)}::text[]`,
    sql`${counts.map((count) => count.requests)}::bigint[]`,
  ]);
  const moved = sql`unnest(${columns}) as moved (key_id, tenant_id, hour_ms, endpoint, outcome, requests)`;
  await sql`
    insert into usage_hourly (key_id, tenant_id, hour_ms, endpoint, outcome, requests)
    select key_id, max(tenant_id), hour_ms, endpoint, outcome, sum(requests) from ${moved}
    group by key_id, hour_ms, endpoint, outcome
    order by key_id, hour_ms, endpoint, outcome
    on conflict (key_id, hour_ms, endpoint, outcome) do update set requests = usage_hourly.requests + excluded.requests
  `.execute(db);
  await sql`
    insert into usage_daily (key_id, tenant_id, day_ms, endpoint, outcome, requests)
    select key_id, max(tenant_id), hour_ms - hour_ms % 86400000 as day_ms, endpoint, outcome, sum(requests) from ${moved}
    group by 1, 3, 4, 5
    order by 1, 3, 4, 5
    on conflict (key_id, day_ms, endpoint, outcome) do update set requests = usage_daily.requests + excluded.requests
  `.execute(db);
  await sql`select usage_count_totals(${columns}, ${labelsOfTotals})`.execute(db);
};

const advanceUses = async (db: Db, uses: readonly LastUse[]): Promise<void> => {
  if (uses.length === 0) return;
  await sql`
    insert into key_activity (key_id, last_used_at_ms, last_used_ip)
    select distinct on (key_id) key_id, at_ms, ip
    from unnest(
      ${uses.map((use) => use.keyId)}::text[],
      ${uses.map((use) => use.atMs)}::bigint[],
      ${uses.map((use) => use.ip)}::text[]
    ) as moved (key_id, at_ms, ip)
    order by key_id, at_ms desc
    on conflict (key_id) do update set last_used_at_ms = excluded.last_used_at_ms, last_used_ip = excluded.last_used_ip
    where coalesce(key_activity.last_used_at_ms < excluded.last_used_at_ms, true)
  `.execute(db);
};

const laterLevel = sql`at_ms desc nulls last, tokens, fraction`;
const furtherUse = sql`month desc nulls last, used desc`;

/**
 * Several ledgers may have charged one subject, each without the other (Redis, and while it is away the one in this database), and which one
 * delivers last is chance: what one of them knows to be spent, the other does not hand back. So of quotas the later month stays, and within a
 * month the greater use; of buckets the later level, and of two of one moment the lower. A move without a bucket is of a key without a limit.
 */
const mergeBudgets = async (db: Db, budgets: readonly BudgetState[]): Promise<void> => {
  if (budgets.length === 0) return;
  await sql`
    insert into budget_states as known (subject_id, bucket_tokens, bucket_fraction, bucket_at_ms, quota_month, quota_used)
    select distinct on (subject_id) subject_id, first_value(tokens) over bucket, first_value(fraction) over bucket, first_value(at_ms) over bucket,
      first_value(month) over quota, first_value(used) over quota
    from unnest(
      ${budgets.map((budget) => budget.subjectId)}::text[],
      ${budgets.map((budget) => budget.bucket?.tokens ?? null)}::bigint[],
      ${budgets.map((budget) => budget.bucket?.fraction ?? null)}::bigint[],
      ${budgets.map((budget) => budget.bucket?.atMs ?? null)}::bigint[],
      ${budgets.map((budget) => budget.quota?.month ?? null)}::integer[],
      ${budgets.map((budget) => budget.quota?.used ?? null)}::bigint[]
    ) as moved (subject_id, tokens, fraction, at_ms, month, used)
    window bucket as (partition by subject_id order by ${laterLevel}), quota as (partition by subject_id order by ${furtherUse})
    order by subject_id
    on conflict (subject_id) do update set
      (bucket_tokens, bucket_fraction, bucket_at_ms) = (
        select tokens, fraction, at_ms
        from (values (excluded.bucket_tokens, excluded.bucket_fraction, excluded.bucket_at_ms),
                     (known.bucket_tokens, known.bucket_fraction, known.bucket_at_ms)) as either (tokens, fraction, at_ms)
        where excluded.bucket_at_ms is not null order by ${laterLevel} limit 1
      ),
      (quota_month, quota_used) = (
        select month, used
        from (values (excluded.quota_month, excluded.quota_used), (known.quota_month, known.quota_used)) as either (month, used)
        order by ${furtherUse} limit 1
      )
  `.execute(db);
};
