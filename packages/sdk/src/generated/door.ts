// Generated from the endpoint table by `npm run docs`.

import type { ErrorCode, Verdict } from "./api.ts";

interface DoorProblem {
  readonly title: string;
  readonly detail: string;
}

/** What a door tells an end client, by code. */
export const doorProblems: Readonly<Partial<Record<ErrorCode, DoorProblem>>> = {
  UNAUTHENTICATED: { title: "Authentication is required", detail: "No credential was sent, or the session has ended. Send a root key or an API key in `Authorization: Bearer` or `X-API-Key`, or sign in." },
  UNAVAILABLE: { title: "An engine that this needs is out of reach", detail: "An engine did not answer in time. Try again after `Retry-After`; `/readyz` says which engine it is. A verification may have been counted all the same; what creates is safe to repeat under its `Idempotency-Key`." },
  INVALID_CREDENTIAL: { title: "The credential is not valid", detail: "The key is malformed, unknown, revoked, disabled or expired. The audit log and the verify call have the true reason." },
  TENANT_SUSPENDED: { title: "The tenant is suspended", detail: "The operator has suspended this tenant; its keys and its management are refused until it is active again." },
  ADDRESS_NOT_ALLOWED: { title: "This address is not allowed", detail: "The credential has an allow-list and the client's address is not on it." },
  PERMISSION_DENIED: { title: "This credential may not do that", detail: "The credential is good, but lacks the permission that the endpoint names." },
  RATE_LIMITED: { title: "Too many requests", detail: "Wait as long as `Retry-After` says." },
  QUOTA_EXCEEDED: { title: "The monthly quota is used up", detail: "It starts anew with the next month (UTC), or when the quota is raised." },
};

/** What a door answers to each verdict: HTTP status and code. */
export const doorAnswers: Readonly<Record<Verdict, readonly [status: number, code: ErrorCode | null]>> = {
  VALID: [200, null],
  MALFORMED: [401, "INVALID_CREDENTIAL"],
  NOT_FOUND: [401, "INVALID_CREDENTIAL"],
  REVOKED: [401, "INVALID_CREDENTIAL"],
  DISABLED: [401, "INVALID_CREDENTIAL"],
  EXPIRED: [401, "INVALID_CREDENTIAL"],
  TENANT_SUSPENDED: [403, "TENANT_SUSPENDED"],
  IP_NOT_ALLOWED: [403, "ADDRESS_NOT_ALLOWED"],
  INSUFFICIENT_SCOPE: [403, "PERMISSION_DENIED"],
  RATE_LIMITED: [429, "RATE_LIMITED"],
  QUOTA_EXCEEDED: [429, "QUOTA_EXCEEDED"],
};
