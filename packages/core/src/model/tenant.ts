import type { RateLimit } from "./limits.ts";

export type Tier = "starter" | "pro" | "enterprise";

export interface Tenant {
  readonly id: string;
  readonly name: string;
  readonly tier: Tier;
  readonly status: "active" | "suspended";
  /** The tenant's own pool; null: the tier's. */
  readonly rateLimit: RateLimit | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly revision: number;
}

export interface Member {
  readonly id: string;
  readonly tenantId: string;
  readonly email: string;
  readonly name: string;
  readonly role: "owner" | "admin" | "developer" | "viewer";
  readonly createdAtMs: number;
}
