import type { Verdict } from "@keywright/contract";
import type { LoggedRequest } from "../model/logged-request.ts";
import type { BucketView } from "../ports/ledger.ts";

/** One check of a verification, in the order in which they are made. */
export interface TraceStep {
  readonly check: "format" | "key" | "state" | "expiry" | "tenant" | "address" | "scopes" | "rate_limit" | "quota";
  readonly result: "passed" | "refused" | "not_reached";
  readonly figures: Readonly<Record<string, string | number | boolean | null>>;
}

type Check = TraceStep["check"];

/** Every check, with the verdicts that it refuses by; in the order of precedence. */
const checks: readonly (readonly [check: Check, refusesBy: readonly Verdict[]])[] = [
  ["format", ["MALFORMED"]],
  ["key", ["NOT_FOUND"]],
  ["state", ["REVOKED", "DISABLED"]],
  ["expiry", ["EXPIRED"]],
  ["tenant", ["TENANT_SUSPENDED"]],
  ["address", ["IP_NOT_ALLOWED"]],
  ["scopes", ["INSUFFICIENT_SCOPE"]],
  ["rate_limit", ["RATE_LIMITED"]],
  ["quota", ["QUOTA_EXCEEDED"]],
];

type Figures = TraceStep["figures"];

/** What each check had before it. */
const figuresOf: Readonly<Record<Check, (request: LoggedRequest) => Figures>> = {
  format: () => ({}),
  key: ({ keyId }) => ({ key_id: keyId }),
  state: ({ facts }) => ({ state: facts.key?.state ?? null }),
  expiry: ({ facts, atMs }) => ({ expires_in_seconds: facts.key?.expiresAtMs == null ? null : Math.floor((facts.key.expiresAtMs - atMs) / 1000) }),
  tenant: ({ facts }) => ({ status: facts.key?.tenantStatus ?? null }),
  address: ({ facts, ip }) => ({ ip, has_allowlist: facts.key?.hasAllowlist ?? false }),
  scopes: ({ facts }) => ({ needed: facts.needed.join(" "), missing: facts.missing.join(" ") }),
  rate_limit: ({ facts }) => ({ cost: facts.cost, ...bucketFigures("key", facts.spent?.key), ...bucketFigures("tenant", facts.spent?.pool) }),
  quota: ({ facts }) => {
    const quota = facts.spent?.quota;
    return quota ? { cost: facts.cost, limit: quota.limit, remaining: quota.remaining, reset_seconds: quota.resetSeconds } : {};
  },
};

const bucketFigures = (name: "key" | "tenant", bucket: BucketView | null | undefined): Figures =>
  bucket
    ? {
        [`${name}_limit`]: bucket.limit,
        [`${name}_window_seconds`]: bucket.windowSeconds,
        [`${name}_remaining`]: bucket.remaining,
        [`${name}_retry_seconds`]: bucket.retrySeconds,
      }
    : {};

/** Why a verification ended as it did: every check up to the one that refused, with its figures, and those behind it that were not reached. */
export const traceDecision = (request: LoggedRequest): readonly TraceStep[] => {
  const refusedAt = checks.findIndex(([, refusesBy]) => refusesBy.includes(request.verdict));
  return checks.map(([check], place) => {
    if (refusedAt >= 0 && place > refusedAt) return { check, result: "not_reached", figures: {} };
    return { check, result: place === refusedAt ? "refused" : "passed", figures: figuresOf[check](request) };
  });
};
