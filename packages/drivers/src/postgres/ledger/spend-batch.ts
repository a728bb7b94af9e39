import type { Known, RateLimit, SpendRequest, Spent } from "@keywright/core";
import type { Queued } from "./spend-queue.ts";

/** The largest bucket whose arithmetic fits in 64 bits, with room to spare: 10⁹ tokens, 30 days. */
const maxLimit = 1_000_000_000;
const maxWindowSeconds = 2_592_000;

/** Answers of `ledger_spend_batch` that are no outcome, and the outcomes that it decides itself, in the order that it knows them in. */
export const staleCode = -1;
export const missCode = -2;
/** It stood behind one that was not counted as VALID, and was not looked at. */
export const refusedBehindCode = -3;
const ownOutcomes: readonly Spent["outcome"][] = ["VALID", "RATE_LIMITED", "QUOTA_EXCEEDED"];

export interface SpendBatch {
  /** Places of `Spent["outcome"]`s, from 1, as the answer's codes name them. */
  readonly outcomes: readonly Spent["outcome"][];
  /** Ids of the keys and tenants whose budgets the batch needs. */
  readonly budgets: readonly string[];
  /** The arguments of `ledger_spend_batch`. */
  readonly values: readonly unknown[];
}

/** A request whose numbers the ledger cannot take fails alone, before it is in a batch with others: rejects with a RangeError. */
export const checkRequest = (request: SpendRequest): void => {
  const { keyLimit, poolLimit, monthlyQuota, cost } = request;
  const sound =
    fits(keyLimit) && fits(poolLimit) && isWhole(cost, 1) && (monthlyQuota === null || isWhole(monthlyQuota, 0)) && knownBy(request).every(isWholeRevision);
  if (!sound) throw new RangeError(`The budgets of ${request.key.id} are beyond what the ledger can count.`);
};

const isWhole = (value: number, min: number): boolean => Number.isSafeInteger(value) && value >= min;

const isWholeRevision = ({ revision }: Known): boolean => Number.isSafeInteger(revision);

const fits = (limit: RateLimit | null): boolean =>
  limit === null || (isWhole(limit.limit, 1) && limit.limit <= maxLimit && isWhole(limit.windowSeconds, 1) && limit.windowSeconds <= maxWindowSeconds);

const knownBy = ({ key, tenant }: SpendRequest): readonly Known[] => (tenant === null ? [key] : [key, tenant]);

/** Texts, each once, and their places from 1. */
const dictionary = (first: readonly string[] = []) => {
  const places = new Map(first.map((text, index) => [text, index + 1]));
  return {
    all: (): readonly string[] => [...places.keys()],
    place: (text: string): number => {
      const standing = places.get(text);
      if (standing !== undefined) return standing;
      places.set(text, places.size + 1);
      return places.size;
    },
  };
};

/** PostgreSQL's text has every character but one. */
const storable = (text: string): string => (text.includes("\0") ? text.replaceAll("\0", "\uFFFD") : text);

/** The requests as columns, in the order of `ledger_spend_batch`'s parameters. One pass, for this is on every verification's way. */
export const encodeBatch = (requests: readonly Queued<SpendRequest>[]): SpendBatch => {
  const texts = newTexts();
  const columns = newColumns();
  for (const { request, times, behind } of requests) {
    addKey(columns, texts, request);
    addTenant(columns, texts, request);
    columns.quota.push(request.monthlyQuota ?? -1);
    columns.cost.push(request.cost);
    columns.decided.push(texts.outcomes.place(request.decided));
    columns.dry.push(request.dryRun);
    columns.endpoint.push(texts.endpoints.place(storable(request.endpoint)));
    columns.ip.push(request.ip === null ? 0 : texts.ips.place(storable(request.ip)));
    columns.times.push(times);
    columns.behind.push(behind);
  }
  return {
    outcomes: texts.outcomes.all() as readonly Spent["outcome"][],
    budgets: texts.budgets.all(),
    values: [...Object.values(texts).map(({ all }) => all()), ...Object.values(columns).map((column) => `{${column.join(",")}}`)],
  };
};

type Texts = ReturnType<typeof newTexts>;
type Columns = ReturnType<typeof newColumns>;

const addKey = (columns: Columns, { keys, budgets }: Texts, { key, keyLimit, monthlyQuota }: SpendRequest): void => {
  columns.subject.push(keys.place(key.id));
  columns.revision.push(key.revision);
  columns.budget.push(keyLimit === null && monthlyQuota === null ? 0 : budgets.place(key.id));
  addLimit(columns, keyLimit);
};

/** A key of the operator's has no tenant, and so no pool. */
const addTenant = (columns: Columns, { tenants, budgets }: Texts, { tenant, poolLimit }: SpendRequest): void => {
  columns.subject.push(tenant === null ? 0 : -tenants.place(tenant.id));
  columns.revision.push(tenant === null ? 0 : tenant.revision);
  columns.budget.push(tenant === null || poolLimit === null ? 0 : budgets.place(tenant.id));
  addLimit(columns, tenant && poolLimit);
};

const addLimit = (columns: Columns, limit: RateLimit | null): void => {
  columns.limit.push(limit === null ? 0 : limit.limit);
  columns.windowMs.push(limit === null ? 0 : limit.windowSeconds * 1000);
};

/** In the order of the parameters. */
const newTexts = () => ({
  keys: dictionary(),
  tenants: dictionary(),
  budgets: dictionary(),
  outcomes: dictionary(ownOutcomes),
  endpoints: dictionary(),
  ips: dictionary(),
});

/** In the order of the parameters. The first five have two entries a request: the key's, the tenant's. */
const newColumns = () => ({
  subject: [] as number[],
  revision: [] as number[],
  budget: [] as number[],
  limit: [] as number[],
  windowMs: [] as number[],
  quota: [] as number[],
  cost: [] as number[],
  decided: [] as number[],
  dry: [] as boolean[],
  endpoint: [] as number[],
  ip: [] as number[],
  times: [] as number[],
  behind: [] as number[],
});

/** How many parameters `ledger_spend_batch` has. */
export const spendParameters = Object.keys({ ...newTexts(), ...newColumns() }).length;
