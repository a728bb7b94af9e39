import type { BudgetState } from "@keywright/core";
import { type Kysely, sql } from "kysely";
import type { Tables } from "./schema.ts";
import { numberArray, textArray } from "./text-array.ts";

type Db = Kysely<Tables>;

/**
 * Several ledgers may have charged one subject, each without the other (Redis, and while it is away the one in this database), and which one
 * delivers last is chance: what one of them knows to be spent, the other does not hand back. So of quotas the later month stays, and within a
 * month the greater use; of buckets the later level, and of two of one moment the lower. A move without a bucket is of a key without a limit.
 */
export const mergeBudgets = async (db: Db, given: readonly BudgetState[]): Promise<void> => {
  if (given.length === 0) return;
  const budgets = onceEach(given);
  const [buckets, quotas] = [budgets.map(({ bucket }) => bucket), budgets.map(({ quota }) => quota)];
  await sql`
    insert into budget_states as known (subject_id, bucket_tokens, bucket_fraction, bucket_at_ms, quota_month, quota_used)
    select subject_id, tokens, fraction, at_ms, month, used
    from unnest(
      ${textArray(budgets.map(({ subjectId }) => subjectId))}::text[],
      ${numberArray(buckets.map((bucket) => bucket?.tokens ?? null))}::bigint[],
      ${numberArray(buckets.map((bucket) => bucket?.fraction ?? null))}::bigint[],
      ${numberArray(buckets.map((bucket) => bucket?.atMs ?? null))}::bigint[],
      ${numberArray(quotas.map((quota) => quota?.month ?? null))}::integer[],
      ${numberArray(quotas.map((quota) => quota?.used ?? null))}::bigint[]
    ) as moved (subject_id, tokens, fraction, at_ms, month, used)
    order by subject_id collate "C"
    on conflict (subject_id) do update set
      bucket_tokens = case when ${isLater} then excluded.bucket_tokens else known.bucket_tokens end,
      bucket_fraction = case when ${isLater} then excluded.bucket_fraction else known.bucket_fraction end,
      bucket_at_ms = case when ${isLater} then excluded.bucket_at_ms else known.bucket_at_ms end,
      quota_month = case when ${isFurther} then excluded.quota_month else known.quota_month end,
      quota_used = case when ${isFurther} then excluded.quota_used else known.quota_used end
  `.execute(db);
};

const isLater = sql`(excluded.bucket_at_ms is null or known.bucket_at_ms is null or
  (known.bucket_at_ms, -known.bucket_tokens, -known.bucket_fraction) < (excluded.bucket_at_ms, -excluded.bucket_tokens, -excluded.bucket_fraction))`;
const isFurther = sql`(known.quota_month is null or (known.quota_month, known.quota_used) < (excluded.quota_month, excluded.quota_used))`;

/** One statement may not write a row twice. */
const onceEach = (budgets: readonly BudgetState[]): readonly BudgetState[] => {
  const merged = new Map<string, BudgetState>();
  for (const budget of budgets) {
    const known = merged.get(budget.subjectId);
    merged.set(budget.subjectId, known === undefined ? budget : mergeTwo(known, budget));
  }
  return [...merged.values()];
};

const mergeTwo = (a: BudgetState, b: BudgetState): BudgetState => ({
  subjectId: a.subjectId,
  bucket: firstOf(a.bucket, b.bucket, (one, other) => other.atMs - one.atMs || one.tokens - other.tokens || one.fraction - other.fraction),
  quota: firstOf(a.quota, b.quota, (one, other) => other.month - one.month || other.used - one.used),
});

const firstOf = <T>(a: T | null, b: T | null, compare: (a: T, b: T) => number): T | null => {
  if (a === null || b === null) return a ?? b;
  return compare(a, b) <= 0 ? a : b;
};
