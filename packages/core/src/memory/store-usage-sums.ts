import { latencySteps, type UsageDimension } from "@keywright/contract";
import type { KeyActivity } from "../model/key.ts";
import type { GroupPage, GroupPlace, ResponseSummary, RowPage, UsageFilter, UsageGroup, UsageRow, UsageSummary } from "../ports/usage-store.ts";
import type { StoreState } from "./store-state.ts";

const dayMs = 86_400_000;
const maxEndpoints = 50;

/** A count as any dimension sees it. */
interface Counted {
  readonly keyId: string;
  readonly tenantId: string | null;
  readonly startMs: number;
  readonly endpoint: string;
  readonly outcome: string;
  readonly country: string;
  readonly requests: number;
}

export const summarize = (state: StoreState, filter: UsageFilter): UsageSummary => {
  const counts = countsFor(state, filter);
  return {
    outcomes: Object.fromEntries(totals(counts, (count) => count.outcome)),
    endpoints: [...totals(counts, (count) => count.endpoint)]
      .map(([endpoint, requests]) => ({ endpoint, requests }))
      .sort((a, b) => b.requests - a.requests || (a.endpoint < b.endpoint ? -1 : 1))
      .slice(0, maxEndpoints),
    series: series(counts, filter.bucketMs),
    responses: responsesOf(state, filter),
    activity: latest(state, filter),
  };
};

/** What is asked for, and how it is told apart. */
export interface Asked {
  readonly filter: UsageFilter;
  readonly by: readonly UsageDimension[];
}

export const groupsOf = (state: StoreState, asked: Asked, { limit, after }: GroupPage): readonly UsageGroup[] => {
  const groups = grouped(state, asked, () => 0).map(({ values, requests, errors }) => ({ values, requests, errors }));
  const order = (a: GroupPlace, b: GroupPlace): number => b.requests - a.requests || compare(a.values, b.values);
  return groups
    .sort(order)
    .filter((group) => after === null || order(group, after) > 0)
    .slice(0, limit);
};

export const rowsOf = (state: StoreState, asked: Asked, { limit, after }: RowPage): readonly UsageRow[] => {
  const { bucketMs } = asked.filter;
  const order = (a: Pick<UsageRow, "startMs" | "values">, b: Pick<UsageRow, "startMs" | "values">): number =>
    a.startMs - b.startMs || compare(a.values, b.values);
  return grouped(state, asked, ({ startMs }) => startMs - (startMs % bucketMs))
    .sort(order)
    .filter((row) => after === null || order(row, after) > 0)
    .slice(0, limit);
};

/** By byte, as all engines compare. */
const compare = (a: readonly string[], b: readonly string[]): number => {
  for (const [place, text] of a.entries()) {
    const other = b[place] ?? "";
    if (text !== other) return text < other ? -1 : 1;
  }
  return 0;
};

const grouped = (state: StoreState, { filter, by }: Asked, startOf: (count: Counted) => number): UsageRow[] => {
  const isByCountry = by.includes("country");
  const rows = new Map<string, UsageRow>();
  for (const count of isByCountry ? countriesFor(state, filter) : countsFor(state, filter)) {
    const values = by.map((dimension) => valueIn(state, count, dimension));
    const startMs = startOf(count);
    const name = JSON.stringify([startMs, values]);
    const known = rows.get(name) ?? { startMs, values, requests: 0, errors: 0 };
    const errors = isByCountry || count.outcome === "VALID" ? 0 : count.requests;
    rows.set(name, { startMs, values, requests: known.requests + count.requests, errors: known.errors + errors });
  }
  return [...rows.values()];
};

const valueIn = (state: StoreState, count: Counted, dimension: UsageDimension): string => {
  if (dimension === "environment") return state.keys.get(count.keyId)?.row.environment ?? "";
  return { key: count.keyId, endpoint: count.endpoint, code: count.outcome, country: count.country }[dimension];
};

const countsFor = (state: StoreState, filter: UsageFilter): readonly Counted[] =>
  [...(filter.bucketMs >= dayMs ? state.usageDaily : state.usage).values()]
    .map(({ hourMs, ...count }) => ({ ...count, startMs: hourMs, country: "" }))
    .filter((count) => isAbout(count, filter) && (filter.outcome === undefined || filter.outcome === count.outcome));

const countriesFor = (state: StoreState, { endpoint: _endpoint, outcome: _outcome, ...filter }: UsageFilter): readonly Counted[] =>
  [...state.countries.values()]
    .map(({ dayMs: startMs, ...count }) => ({ ...count, startMs, endpoint: "", outcome: "" }))
    .filter((count) => isAbout(count, filter));

const isAbout = (count: Pick<Counted, "keyId" | "tenantId" | "startMs" | "endpoint">, filter: UsageFilter): boolean =>
  count.startMs >= filter.fromMs &&
  count.startMs < filter.toMs &&
  (filter.tenantId === undefined ? filter.keyId !== undefined || count.tenantId !== null : filter.tenantId === count.tenantId) &&
  (filter.keyId === undefined || filter.keyId === count.keyId) &&
  (filter.endpoint === undefined || filter.endpoint === count.endpoint);

const totals = <K>(counts: readonly Counted[], by: (count: Counted) => K): Map<K, number> => {
  const sums = new Map<K, number>();
  for (const count of counts) sums.set(by(count), (sums.get(by(count)) ?? 0) + count.requests);
  return sums;
};

const series = (counts: readonly Counted[], bucketMs: number): UsageSummary["series"] => {
  const start = (count: Counted): number => count.startMs - (count.startMs % bucketMs);
  const refused = counts.filter((count) => count.outcome !== "VALID");
  const errors = totals(refused, start);
  const codesOf = (startMs: number) => {
    const within = refused.filter((count) => start(count) === startMs);
    return Object.fromEntries(totals(within, (count) => count.outcome));
  };
  return [...totals(counts, start)]
    .sort(([a], [b]) => a - b)
    .map(([startMs, requests]) => ({ startMs, requests, errors: errors.get(startMs) ?? 0, codes: codesOf(startMs) }));
};

const responsesOf = (state: StoreState, filter: UsageFilter): ResponseSummary => {
  const found = [...(filter.bucketMs >= dayMs ? state.responsesDaily : state.responses).values()].filter(({ hourMs: startMs, ...count }) =>
    isAbout({ ...count, startMs }, filter),
  );
  const statuses: Record<string, number> = {};
  for (const { status, requests } of found) statuses[status] = (statuses[status] ?? 0) + requests;
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
  return {
    requests: sum(found.map(({ requests }) => requests)),
    statuses,
    latencyMs: sum(found.map(({ latencyMs }) => latencyMs)),
    latencies: Array.from({ length: latencySteps.length + 1 }, (_, step) => sum(found.map(({ latencies }) => latencies[step] ?? 0))),
  };
};

const latest = (state: StoreState, { tenantId, keyId }: UsageFilter): KeyActivity => {
  const uses = [...state.activity].filter(
    ([id]) => (keyId === undefined || keyId === id) && (tenantId === undefined || state.keys.get(id)?.row.tenantId === tenantId),
  );
  const [newest] = uses.sort(([, a], [, b]) => (b.lastUsedAtMs ?? 0) - (a.lastUsedAtMs ?? 0));
  return newest?.[1] ?? { lastUsedAtMs: null, lastUsedIp: null };
};
