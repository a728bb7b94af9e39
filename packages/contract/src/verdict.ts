import type { ErrorCode } from "./errors.ts";

/**
 * The outcomes of one verification. The array's order is the order of precedence: where several
 * refusals apply, the earliest is the verdict.
 */
export const refusals = [
  "MALFORMED",
  "NOT_FOUND",
  "REVOKED",
  "DISABLED",
  "EXPIRED",
  "TENANT_SUSPENDED",
  "IP_NOT_ALLOWED",
  "INSUFFICIENT_SCOPE",
  "RATE_LIMITED",
  "QUOTA_EXCEEDED",
] as const;

export type Refusal = (typeof refusals)[number];
export type Verdict = "VALID" | Refusal;

export const verdicts = ["VALID", ...refusals] as const satisfies readonly Verdict[];

interface DoorAnswer {
  /** HTTP status at a door that answers the end client. */
  readonly status: 200 | 401 | 403 | 429;
  /** RFC 6750 section 3.1 error code for `WWW-Authenticate`; null where the RFC names none. */
  readonly challenge: "invalid_token" | "insufficient_scope" | null;
  /** What an operator reads in the docs. Never shown to an end client for the first five refusals. */
  readonly doc: string;
}

/**
 * How a door shows each verdict to an end client. The first five refusals share one answer, so that
 * whether a key exists does not leak.
 */
export const doorAnswers: Readonly<Record<Verdict, DoorAnswer>> = {
  VALID: { status: 200, challenge: null, doc: "The key is real, alive, allowed here and within its limits." },
  MALFORMED: { status: 401, challenge: "invalid_token", doc: "Not a key of this installation: wrong shape, prefix or checksum. Decided without any I/O." },
  NOT_FOUND: { status: 401, challenge: "invalid_token", doc: "Well formed, but no such key: never issued, or its row and its hash do not agree." },
  REVOKED: { status: 401, challenge: "invalid_token", doc: "The key was revoked. Revocation is final." },
  DISABLED: { status: 401, challenge: "invalid_token", doc: "The key is switched off; enabling it brings it back." },
  EXPIRED: { status: 401, challenge: "invalid_token", doc: "The key, or the grace period of this replaced secret, has ended." },
  TENANT_SUSPENDED: { status: 403, challenge: null, doc: "The tenant that owns the key is suspended." },
  IP_NOT_ALLOWED: { status: 403, challenge: null, doc: "The client's address is not on the key's allow-list, or was not given although there is one." },
  INSUFFICIENT_SCOPE: { status: 403, challenge: "insufficient_scope", doc: "The key lacks a scope that this request needs." },
  RATE_LIMITED: { status: 429, challenge: null, doc: "The key's bucket or the tenant's pool holds too few tokens; nothing was charged." },
  QUOTA_EXCEEDED: { status: 429, challenge: null, doc: "The key's monthly quota is used up; nothing was charged." },
};

/**
 * The error that a door, or Keywright's own API, answers to a refused credential. The first five are one answer, so that whether a key
 * exists does not leak.
 */
export const refusalErrors: Readonly<Record<Refusal, ErrorCode>> = {
  MALFORMED: "INVALID_CREDENTIAL",
  NOT_FOUND: "INVALID_CREDENTIAL",
  REVOKED: "INVALID_CREDENTIAL",
  DISABLED: "INVALID_CREDENTIAL",
  EXPIRED: "INVALID_CREDENTIAL",
  TENANT_SUSPENDED: "TENANT_SUSPENDED",
  IP_NOT_ALLOWED: "ADDRESS_NOT_ALLOWED",
  INSUFFICIENT_SCOPE: "PERMISSION_DENIED",
  RATE_LIMITED: "RATE_LIMITED",
  QUOTA_EXCEEDED: "QUOTA_EXCEEDED",
};
