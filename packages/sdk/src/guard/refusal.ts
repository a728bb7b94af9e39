import type { ErrorCode, Verification } from "../generated/api.ts";
import { doorAnswers, doorProblems } from "../generated/door.ts";

/** An answer that ends the request: status, headers with names in lower case, and a problem document (RFC 9457). */
export interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const realm = 'Bearer realm="keywright"';

/** RFC 6750 section 3.1. Where no credential came, the challenge has no error code (section 3). */
const challenges: Readonly<Partial<Record<ErrorCode, string>>> = { UNAUTHENTICATED: realm, INVALID_CREDENTIAL: `${realm}, error="invalid_token"` };

interface Told {
  readonly code: ErrorCode;
  readonly status: number;
  readonly detail?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const refusal = ({ code, status, detail, headers }: Told): Refusal => {
  const { title, detail: usual } = doorProblems[code] ?? { title: code, detail: "" };
  const challenge = challenges[code];
  return {
    status,
    headers: {
      "content-type": "application/problem+json; charset=utf-8",
      "cache-control": "no-store",
      ...(challenge !== undefined && { "www-authenticate": challenge }),
      ...headers,
    },
    body: JSON.stringify({ type: `/docs/errors#${code}`, title, status, detail: detail ?? usual, code }),
  };
};

export const noKey: Refusal = refusal({ code: "UNAUTHENTICATED", status: 401, detail: "Send an API key in `Authorization: Bearer` or in `X-API-Key`." });

/** The one answer to a key that is malformed, unknown, revoked, disabled or expired. */
export const invalidKey: Refusal = refusal({ code: "INVALID_CREDENTIAL", status: 401, detail: "The API key is not valid." });

export const unreachable: Refusal = refusal({
  code: "UNAVAILABLE",
  status: 503,
  detail: "The API key could not be checked. Nothing was done; try again after `Retry-After`.",
  headers: { "retry-after": "2" },
});

/** What a client is told of a verdict other than VALID. */
export const refusalOf = (verification: Verification, scopes: readonly string[], cost: number): Refusal => {
  const [status, code] = doorAnswers[verification.code];
  if (code === null || code === "INVALID_CREDENTIAL") return invalidKey;
  const headers = { ...budgetHeaders(verification), ...waitHeaders(verification, cost) };
  if (code !== "PERMISSION_DENIED") return refusal({ code, status, headers });
  const needed = scopes.join(" ").replace(/[^\x21\x23-\x5b\x5d-\x7e ]/g, "");
  const challenge = { "www-authenticate": `${realm}, error="insufficient_scope", scope="${needed}"` };
  return refusal({ code, status, detail: "The key lacks a scope that this request needs.", headers: { ...headers, ...challenge } });
};

type Budget = NonNullable<Verification["rate_limit"]>;

/** What the key may still spend: `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-11), and `X-RateLimit-*` for what refuses first. */
export const budgetHeaders = ({ rate_limit: rate, quota }: Verification): Record<string, string> => {
  const budgets: [string, Budget][] = [];
  if (rate !== null) budgets.push(["rate", rate]);
  if (quota !== null) budgets.push(["month", quota]);
  const tightest = rate !== null && quota !== null && quota.remaining < rate.remaining ? quota : (rate ?? quota);
  if (tightest === null) return {};
  return {
    "ratelimit-policy": budgets.map(([name, { limit }]) => `"${name}";q=${limit}`).join(", "),
    ratelimit: budgets.map(([name, { remaining, reset_seconds }]) => `"${name}";r=${remaining};t=${reset_seconds}`).join(", "),
    "x-ratelimit-limit": `${tightest.limit}`,
    "x-ratelimit-remaining": `${tightest.remaining}`,
    "x-ratelimit-reset": `${tightest.reset_seconds}`,
  };
};

/** When to come back. A bucket fills evenly, so what lacks now is there after its share of the time until it is full. */
const waitHeaders = ({ code, rate_limit: rate, quota }: Verification, cost: number): Record<string, string> => {
  if (code === "QUOTA_EXCEEDED") return { "retry-after": `${Math.max(1, quota?.reset_seconds ?? 1)}` };
  if (code !== "RATE_LIMITED") return {};
  if (rate === null || rate.limit <= rate.remaining) return { "retry-after": "1" };
  return { "retry-after": `${Math.max(1, Math.ceil((Math.max(1, cost - rate.remaining) * rate.reset_seconds) / (rate.limit - rate.remaining)))}` };
};
