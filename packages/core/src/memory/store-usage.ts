import type { BucketLevel, QuotaUse } from "../model/limits.ts";
import type { BudgetState, CountryCount, LastUse, ResponseBatch, ResponseCount, UsageCount, UsageMove } from "../model/usage.ts";
import type { AddedResponses, UsageStore } from "../ports/usage-store.ts";
import type { KeptResponses, StoreAccess, StoreState } from "./store-state.ts";
import { groupsOf, rowsOf, summarize } from "./store-usage-sums.ts";

/** Ids of moves that are remembered: far more than a ledger hands over again. */
const maxMoves = 10_000;
const dayMs = 86_400_000;
/** Endpoints of one key that are told apart in a day; later ones are counted as `otherEndpoints`. */
const labelsPerKey = 200;
const otherEndpoints = "other";

export const memoryUsageStore = ({ read, write }: StoreAccess) =>
  ({
    apply: (move) => write((state) => apply(state, move)),
    addResponses: (batch) => write((state) => addResponses(state, batch)),
    addCountries: (counts) => write((state) => addCountries(state, counts)),
    summarize: (filter) => read((state) => summarize(state, filter)),
    groups: (filter, by, page) => read((state) => groupsOf(state, { filter, by }, page)),
    rows: (filter, by, page) => read((state) => rowsOf(state, { filter, by }, page)),
    keep: (nowMs, hoursKeptMs) => write((state) => forget(state, nowMs - hoursKeptMs)),
  }) satisfies UsageStore;

const apply = (state: StoreState, move: UsageMove): boolean => {
  if (!isNew(state, move)) return false;
  for (const count of move.counts) {
    const endpoint = labelOf(state.usageDaily, count);
    add(state.usage, { ...count, endpoint });
    add(state.usageDaily, { ...count, endpoint, hourMs: startOfDay(count.hourMs) });
  }
  for (const use of move.lastUses) advance(state, use);
  for (const budget of move.budgets) mergeBudget(state, budget);
  return true;
};

const isNew = (state: StoreState, { id, alsoIds = [] }: UsageMove): boolean => {
  const ids = [id, ...alsoIds];
  const known = ids.filter((one) => state.moves.has(one));
  if (known.length === ids.length) return false;
  if (known.length > 0) throw new Error(`Of this move ${known.join(", ")} was applied before.`);
  for (const one of ids) remember(state, one);
  return true;
};

const remember = ({ moves }: StoreState, moveId: string): void => {
  moves.set(moveId, true);
  const oldest = moves.keys().next();
  if (moves.size > maxMoves && !oldest.done) moves.delete(oldest.value);
};

const startOfDay = (atMs: number): number => atMs - (atMs % dayMs);

interface Labelled {
  readonly keyId: string;
  readonly hourMs: number;
  readonly endpoint: string;
}

/** The endpoint, or `other` where the key has as many as are told apart that day. `daily` has all that it has so far. */
const labelOf = (daily: ReadonlyMap<string, Labelled>, { keyId, hourMs, endpoint }: Labelled): string => {
  const known = new Set([...daily.values()].filter((other) => other.keyId === keyId && other.hourMs === startOfDay(hourMs)).map((other) => other.endpoint));
  known.delete(otherEndpoints);
  return known.has(endpoint) || known.size < labelsPerKey ? endpoint : otherEndpoints;
};

const add = (usage: StoreState["usage"], count: UsageCount): void => {
  const name = JSON.stringify([count.keyId, count.hourMs, count.endpoint, count.outcome]);
  usage.set(name, { ...count, requests: (usage.get(name)?.requests ?? 0) + count.requests });
};

const addResponses = (state: StoreState, { id, counts }: ResponseBatch): AddedResponses => {
  if (state.moves.has(id)) return { isRepeated: true, ignored: 0 };
  remember(state, id);
  let ignored = 0;
  for (const count of counts) {
    const key = state.keys.get(count.keyId)?.row;
    if (key === undefined) ignored += 1;
    else {
      const kept = { ...count, tenantId: key.tenantId, endpoint: labelOf(state.responsesDaily, count) };
      addResponse(state.responses, kept);
      addResponse(state.responsesDaily, { ...kept, hourMs: startOfDay(count.hourMs) });
    }
  }
  return { isRepeated: false, ignored };
};

const addResponse = (responses: Map<string, KeptResponses>, count: KeptResponses): void => {
  const name = JSON.stringify([count.keyId, count.hourMs, count.endpoint, count.status]);
  const known: Pick<ResponseCount, "requests" | "latencyMs" | "latencies"> = responses.get(name) ?? { requests: 0, latencyMs: 0, latencies: [] };
  responses.set(name, {
    ...count,
    requests: known.requests + count.requests,
    latencyMs: known.latencyMs + count.latencyMs,
    latencies: count.latencies.map((number, step) => number + (known.latencies[step] ?? 0)),
  });
};

const addCountries = ({ countries }: StoreState, counts: readonly CountryCount[]): void => {
  for (const count of counts) {
    const name = JSON.stringify([count.keyId, count.dayMs, count.country]);
    countries.set(name, { ...count, requests: (countries.get(name)?.requests ?? 0) + count.requests });
  }
};

/** Hours alone end; days are kept for ever. */
const forget = (state: StoreState, beforeMs: number): readonly string[] => {
  for (const rows of [state.usage, state.responses]) {
    for (const [name, { hourMs }] of rows) if (hourMs < beforeMs) rows.delete(name);
  }
  return [];
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
