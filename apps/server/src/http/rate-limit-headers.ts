import type { BucketView, QuotaView, Spent } from "@keywright/core";

type Budget = readonly [name: string, view: BucketView | QuotaView];

/**
 * What a caller may still spend, as headers: `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-11, Structured Fields
 * Lists), `X-RateLimit-*` for the budget that will refuse first, and `Retry-After` where one has refused. Every time is in seconds from now.
 */
export const rateLimitHeaders = (spent: Spent): Record<string, string> => {
  const budgets = budgetsOf(spent);
  const tightest = budgets.reduce<Budget | undefined>((found, budget) => (found !== undefined && isTighter(found, budget) ? found : budget), undefined)?.[1];
  if (tightest === undefined) return {};
  const headers: Record<string, string> = {
    "ratelimit-policy": budgets.map(policyItem).join(", "),
    ratelimit: budgets.map(([name, view]) => `"${name}";r=${view.remaining};t=${view.resetSeconds}`).join(", "),
    "x-ratelimit-limit": `${tightest.limit}`,
    "x-ratelimit-remaining": `${tightest.remaining}`,
    "x-ratelimit-reset": `${tightest.resetSeconds}`,
  };
  const waitSeconds = retrySeconds(spent);
  if (waitSeconds !== undefined) headers["retry-after"] = `${waitSeconds}`;
  return headers;
};

const budgetsOf = ({ key, pool, quota }: Spent): Budget[] => {
  const budgets: Budget[] = [];
  if (key !== null) budgets.push(["key", key]);
  if (pool !== null) budgets.push(["tenant", pool]);
  if (quota !== null) budgets.push(["month", quota]);
  return budgets;
};

/** Months differ in length, and a policy should not change from answer to answer: the monthly one states no window. */
const policyItem = ([name, view]: Budget): string => `"${name}";q=${view.limit}${"windowSeconds" in view ? `;w=${view.windowSeconds}` : ""}`;

const isTighter = ([, one]: Budget, [, other]: Budget): boolean =>
  one.remaining === other.remaining ? one.resetSeconds >= other.resetSeconds : one.remaining < other.remaining;

/** When to come back: a wait of 0 s would invite an immediate repetition. */
const retrySeconds = ({ outcome, key, pool, quota }: Spent): number | undefined => {
  if (outcome === "RATE_LIMITED") return Math.max(1, key?.retrySeconds ?? 0, pool?.retrySeconds ?? 0);
  if (outcome === "QUOTA_EXCEEDED") return Math.max(1, quota?.resetSeconds ?? 0);
  return undefined;
};
