import type { Known, RateLimit, SpendRequest, Spent } from "@keywright/core";

/** The largest bucket whose arithmetic fits in 64 bits, with room to spare: 10⁹ tokens, 30 days. */
const maxLimit = 1_000_000_000;
const maxWindowSeconds = 2_592_000;

/** Answers of `ledger_spend` that are no outcome, and the outcomes that it decides itself, in the order that it knows them in. */
export const staleCode = -1;
export const missCode = -2;
const ownOutcomes: readonly Spent["outcome"][] = ["VALID", "RATE_LIMITED", "QUOTA_EXCEEDED"];

export interface SpendBatch {
  /** Places of `Spent["outcome"]`s, from 1, as the answer's codes name them. */
  readonly outcomes: readonly Spent["outcome"][];
  /** Ids of the keys and tenants whose budgets the batch needs. */
  readonly budgets: readonly string[];
  /** The arguments of `ledger_spend`. */
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

/** Texts, each once, and their places from 1; place 0 is for null. */
const dictionary = (first: readonly string[] = []) => {
  const places = new Map(first.map((text, index) => [text, index + 1]));
  return {
    texts: (): readonly string[] => [...places.keys()],
    place: (text: string | null): number => {
      if (text === null) return 0;
      const standing = places.get(text);
      if (standing !== undefined) return standing;
      places.set(text, places.size + 1);
      return places.size;
    },
  };
};

/** PostgreSQL's text has every character but one. */
const storable = (text: string): string => (text.includes("\0") ? text.replaceAll("\0", "\uFFFD") : text);

/** An array of numbers or booleans as PostgreSQL reads it. */
const list = (values: readonly (number | boolean)[]): string => `{${values.join(",")}}`;

/** Two entries a request: the key's, the tenant's. */
const pairs = <T extends number>(requests: readonly SpendRequest[], read: (request: SpendRequest) => readonly [key: T, tenant: T]): string =>
  list(requests.flatMap(read));

/** The requests as columns, in the order of `ledger_spend`'s parameters. */
export const encodeBatch = (requests: readonly SpendRequest[]): SpendBatch => {
  const [keys, tenants, budgets, endpoints, ips] = [dictionary(), dictionary(), dictionary(), dictionary(), dictionary()];
  const outcomes = dictionary(ownOutcomes);
  for (const { key, tenant } of requests) {
    keys.place(key.id);
    if (tenant !== null) tenants.place(tenant.id);
  }
  const keyCount = keys.texts().length;
  const columns = [
    pairs(requests, ({ key, tenant }) => [keys.place(key.id), tenant === null ? 0 : keyCount + tenants.place(tenant.id)]),
    pairs(requests, ({ key, tenant }) => [key.revision, tenant?.revision ?? 0]),
    pairs(requests, (request) => [budgets.place(keyBudgetOf(request)), budgets.place(poolBudgetOf(request))]),
    pairs(requests, (request) => [request.keyLimit?.limit ?? 0, poolOf(request)?.limit ?? 0]),
    pairs(requests, (request) => [windowMs(request.keyLimit), windowMs(poolOf(request))]),
    list(requests.map(({ monthlyQuota }) => monthlyQuota ?? -1)),
    list(requests.map(({ cost }) => cost)),
    list(requests.map(({ decided }) => outcomes.place(decided))),
    list(requests.map(({ dryRun }) => dryRun)),
    list(requests.map(({ endpoint }) => endpoints.place(storable(endpoint)))),
    list(requests.map(({ ip }) => ips.place(ip && storable(ip)))),
  ];
  const dictionaries = [keys, tenants, budgets, outcomes, endpoints, ips].map(({ texts }) => texts());
  return { outcomes: outcomes.texts() as readonly Spent["outcome"][], budgets: budgets.texts(), values: [...dictionaries, ...columns] };
};

const keyBudgetOf = ({ key, keyLimit, monthlyQuota }: SpendRequest): string | null => (keyLimit === null && monthlyQuota === null ? null : key.id);

/** A key of the operator's has no tenant, and so no pool. */
const poolOf = ({ tenant, poolLimit }: SpendRequest): RateLimit | null => (tenant === null ? null : poolLimit);

const poolBudgetOf = (request: SpendRequest): string | null => (poolOf(request) === null ? null : (request.tenant?.id ?? null));

const windowMs = (limit: RateLimit | null): number => (limit === null ? 0 : limit.windowSeconds * 1000);
