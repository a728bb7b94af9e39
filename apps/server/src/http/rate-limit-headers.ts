import type { BucketView, QuotaView, Spent } from "@keywright/core";

type Budget = BucketView | QuotaView;

/**
 * What a caller may still spend, as headers: `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-11, Structured Fields
 * Lists), `X-RateLimit-*` for the budget that will refuse first, and `Retry-After` where one has refused. Every time is in seconds from now.
 */
export const rateLimitHeaders = (spent: Spent): Record<string, string> => {
  const said: Said = { policies: "", states: "", tightest: undefined };
  if (spent.key !== null) say(said, "key", spent.key);
  if (spent.pool !== null) say(said, "tenant", spent.pool);
  if (spent.quota !== null) say(said, "month", spent.quota);
  const { policies, states, tightest } = said;
  if (tightest === undefined) return {};
  const headers: Record<string, string> = {
    "ratelimit-policy": policies,
    ratelimit: states,
    "x-ratelimit-limit": `${tightest.limit}`,
    "x-ratelimit-remaining": `${tightest.remaining}`,
    "x-ratelimit-reset": `${tightest.resetSeconds}`,
  };
  const waitSeconds = retrySeconds(spent);
  if (waitSeconds !== undefined) headers["retry-after"] = `${waitSeconds}`;
  return headers;
};

interface Said {
  policies: string;
  states: string;
  /** The budget that will refuse first. */
  tightest: Budget | undefined;
}

const say = (said: Said, name: string, view: Budget): void => {
  const separator = said.tightest === undefined ? "" : ", ";
  // Months differ in length, and a policy should not change from answer to answer: the monthly one states no window.
  said.policies += `${separator}"${name}";q=${view.limit}${"windowSeconds" in view ? `;w=${view.windowSeconds}` : ""}`;
  said.states += `${separator}"${name}";r=${view.remaining};t=${view.resetSeconds}`;
  if (said.tightest === undefined || isTighter(view, said.tightest)) said.tightest = view;
};

/** Of two with as much left, the one that takes longer to be whole again; the first where they are alike. */
const isTighter = (one: Budget, other: Budget): boolean =>
  one.remaining === other.remaining ? one.resetSeconds > other.resetSeconds : one.remaining < other.remaining;

/** When to come back: a wait of 0 s would invite an immediate repetition. */
const retrySeconds = ({ outcome, key, pool, quota }: Spent): number | undefined => {
  if (outcome === "RATE_LIMITED") return Math.max(1, key?.retrySeconds ?? 0, pool?.retrySeconds ?? 0);
  if (outcome === "QUOTA_EXCEEDED") return Math.max(1, quota?.resetSeconds ?? 0);
  return undefined;
};
