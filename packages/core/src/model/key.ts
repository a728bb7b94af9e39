import type { RateLimit } from "./limits.ts";

export type KeyState = "active" | "disabled" | "revoked";

/** An API key or a root key (`environment: "root"`, `tenantId: null`, scopes are permissions). */
export interface ApiKey {
  readonly id: string;
  readonly tenantId: string | null;
  /** The member whose key it is; null: the tenant's own, or the operator's. */
  readonly ownerId: string | null;
  readonly name: string;
  readonly environment: string;
  readonly scopes: readonly string[];
  readonly state: KeyState;
  /** Canonical CIDR ranges; empty: any address. */
  readonly ipAllowlist: readonly string[];
  readonly rateLimit: RateLimit | null;
  readonly monthlyQuota: number | null;
  readonly metadata: Readonly<Record<string, string | number | boolean>>;
  readonly expiresAtMs: number | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly revokedAtMs: number | null;
  readonly revokedReason: string | null;
  /** Change counter: every change of anything that a verdict depends on adds one. Starts at 1. */
  readonly revision: number;
}

/** One plaintext's trace: never the plaintext. */
export interface KeySecret {
  readonly id: string;
  readonly keyId: string;
  /** HMAC-SHA-256 of the plaintext under the pepper, base64url. */
  readonly digest: string;
  readonly pepperVersion: number;
  readonly hint: string;
  readonly createdAtMs: number;
  /** null: the current secret; else the end of its grace period, 0 where there was none. */
  readonly validUntilMs: number | null;
  /** Whether this secret has passed bcrypt once; from then on its digest is proof enough. */
  readonly proved: boolean;
}

/** A row with the tag that signs it; see `rules/row-text.ts`. */
export interface Signed<T> {
  readonly row: T;
  readonly tag: string;
}

/** Last accepted use; kept beside the key, not in it, so that no verification rewrites a key's row. */
export interface KeyActivity {
  readonly lastUsedAtMs: number | null;
  readonly lastUsedIp: string | null;
}
