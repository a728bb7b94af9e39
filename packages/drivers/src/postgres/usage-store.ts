import type { BudgetState, LastUse, UsageCount, UsageMove, UsageStore } from "@keywright/core";
import { type Kysely, sql } from "kysely";
import type { Tables } from "./schema.ts";
import { inTransaction } from "./transaction.ts";
import { summarizeUsage } from "./usage-summary.ts";

type Db = Kysely<Tables>;

export const postgresUsageStore = (db: Db) =>
  ({
    apply: (move) => inTransaction(db, (transaction) => applyMove(transaction, move)),
    summarize: (filter) => summarizeUsage(db, filter),
  }) satisfies UsageStore;

/** A delivery of the same move that runs at the same time waits on the move's id. */
const applyMove = async (db: Db, move: UsageMove): Promise<boolean> => {
  const noted = await db
    .insertInto("usage_moves")
    .values({ id: move.id })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (noted.numInsertedOrUpdatedRows !== 1n) return false;
  await addCounts(db, move.counts);
  await advanceUses(db, move.lastUses);
  await mergeBudgets(db, move.budgets);
  await forgetMoves(db);
  return true;
};

/*
 * Each part of a move is one statement over columns of arrays. It merges rows for the same subject, which one statement may not
 * write twice, and writes in the order of their ids, so that two deliveries never wait for each other in a circle.
 */

const addCounts = async (db: Db, counts: readonly UsageCount[]): Promise<void> => {
  if (counts.length === 0) return;
  await sql`
    insert into usage_hourly (key_id, tenant_id, hour_ms, endpoint, outcome, requests)
    select key_id, max(tenant_id), hour_ms, endpoint, outcome, sum(requests)
    from unnest(
      ${counts.map((count) => count.keyId)}::text[],
      ${counts.map((count) => count.tenantId)}::text[],
      ${counts.map((count) => count.hourMs)}::bigint[],
      ${counts.map((count) => count.endpoint)}::text[],
      ${counts.map((count) => count.outcome)}::text[],
      ${counts.map((count) => count.requests)}::bigint[]
    ) as moved (key_id, tenant_id, hour_ms, endpoint, outcome, requests)
    group by key_id, hour_ms, endpoint, outcome
    order by key_id, hour_ms, endpoint, outcome
    on conflict (key_id, hour_ms, endpoint, outcome) do update set requests = usage_hourly.requests + excluded.requests
  `.execute(db);
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
    where key_activity.last_used_at_ms < excluded.last_used_at_ms
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

/** Longer than any ledger holds a move back. */
const moveMemory = "30 days";
/** Each move forgets more than the one that it adds, so the table shrinks to what is young. */
const forgottenAtOnce = 100;

const forgetMoves = async (db: Db): Promise<void> => {
  await sql`
    delete from usage_moves where id = any(array(
      select id from usage_moves where applied_at < now() - ${sql.lit(moveMemory)}::interval
      order by applied_at limit ${sql.lit(forgottenAtOnce)} for update skip locked
    ))
  `.execute(db);
};
