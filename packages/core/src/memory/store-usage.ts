import type { KeyActivity } from "../model/key.ts";
import type { BucketLevel, QuotaUse } from "../model/limits.ts";
import type { BudgetState, LastUse, UsageCount, UsageMove } from "../model/usage.ts";
import type { UsageFilter, UsageStore, UsageSummary } from "../ports/usage-store.ts";
import type { StoreAccess, StoreState } from "./store-state.ts";

/** Ids of moves that are remembered: far more than a ledger hands over again. */
const maxMoves = 10_000;
const maxEndpoints = 50;

export const memoryUsageStore = ({ read, write }: StoreAccess) =>
  ({
    apply: (move) => write((state) => apply(state, move)),
    summarize: (filter) => read((state) => summarize(state, filter)),
  }) satisfies UsageStore;

const apply = (state: StoreState, move: UsageMove): boolean => {
  if (state.moves.has(move.id)) return false;
  remember(state, move.id);
  for (const count of move.counts) add(state, count);
  for (const use of move.lastUses) advance(state, use);
  for (const budget of move.budgets) mergeBudget(state, budget);
  return true;
};

const remember = ({ moves }: StoreState, moveId: string): void => {
  moves.set(moveId, true);
  const oldest = moves.keys().next();
  if (moves.size > maxMoves && !oldest.done) moves.delete(oldest.value);
};

const add = (state: StoreState, count: UsageCount): void => {
  const name = JSON.stringify([count.keyId, count.hourMs, count.endpoint, count.outcome]);
  const requests = (state.usage.get(name)?.requests ?? 0) + count.requests;
  state.usage.set(name, { ...count, requests });
};

const advance = (state: StoreState, { keyId, atMs, ip }: LastUse): void => {
  const known = state.activity.get(keyId)?.lastUsedAtMs ?? null;
  if (known === null || known < atMs) state.activity.set(keyId, { lastUsedAtMs: atMs, lastUsedIp: ip });
};

/**
 * Several ledgers may have charged one subject, each without the other, and which one delivers last is chance: what one of them knows to be
 * spent, the other does not hand back. A bucket that is null is one of a key without a limit, so there is none to keep.
 */
const mergeBudget = (state: StoreState, { subjectId, bucket, quota }: BudgetState): void => {
  const known = state.budgets.get(subjectId);
  state.budgets.set(subjectId, {
    subjectId,
    bucket: bucket && laterLevel(bucket, known?.bucket ?? bucket),
    quota: furtherUse(quota, known?.quota ?? null),
  });
};

const laterLevel = (a: BucketLevel, b: BucketLevel): BucketLevel => {
  const order = b.atMs - a.atMs || a.tokens - b.tokens || a.fraction - b.fraction;
  return order <= 0 ? a : b;
};

const furtherUse = (a: QuotaUse | null, b: QuotaUse | null): QuotaUse | null => {
  if (a === null || b === null) return a ?? b;
  const order = b.month - a.month || b.used - a.used;
  return order <= 0 ? a : b;
};

const summarize = (state: StoreState, filter: UsageFilter): UsageSummary => {
  const counts = [...state.usage.values()].filter((count) => matches(count, filter));
  return {
    outcomes: Object.fromEntries(totals(counts, (count) => count.outcome)),
    endpoints: [...totals(counts, (count) => count.endpoint)]
      .map(([endpoint, requests]) => ({ endpoint, requests }))
      .sort((a, b) => b.requests - a.requests || (a.endpoint < b.endpoint ? -1 : 1))
      .slice(0, maxEndpoints),
    series: series(counts, filter.bucketMs),
    activity: latest(state, filter),
  };
};

const matches = (count: UsageCount, filter: UsageFilter): boolean =>
  count.hourMs >= filter.fromMs &&
  count.hourMs < filter.toMs &&
  (filter.tenantId === undefined ? filter.keyId !== undefined || count.tenantId !== null : filter.tenantId === count.tenantId) &&
  (filter.keyId === undefined || filter.keyId === count.keyId) &&
  (filter.endpoint === undefined || filter.endpoint === count.endpoint) &&
  (filter.outcome === undefined || filter.outcome === count.outcome);

const totals = <K>(counts: readonly UsageCount[], by: (count: UsageCount) => K): Map<K, number> => {
  const sums = new Map<K, number>();
  for (const count of counts) sums.set(by(count), (sums.get(by(count)) ?? 0) + count.requests);
  return sums;
};

const series = (counts: readonly UsageCount[], bucketMs: number): UsageSummary["series"] => {
  const start = (count: UsageCount): number => count.hourMs - (count.hourMs % bucketMs);
  const errors = totals(
    counts.filter((count) => count.outcome !== "VALID"),
    start,
  );
  return [...totals(counts, start)].sort(([a], [b]) => a - b).map(([startMs, requests]) => ({ startMs, requests, errors: errors.get(startMs) ?? 0 }));
};

const latest = (state: StoreState, { tenantId, keyId }: UsageFilter): KeyActivity => {
  const uses = [...state.activity].filter(
    ([id]) => (keyId === undefined || keyId === id) && (tenantId === undefined || state.keys.get(id)?.row.tenantId === tenantId),
  );
  const [newest] = uses.sort(([, a], [, b]) => (b.lastUsedAtMs ?? 0) - (a.lastUsedAtMs ?? 0));
  return newest?.[1] ?? { lastUsedAtMs: null, lastUsedIp: null };
};
