import type { MemberRole } from "@keywright/contract";
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
  readonly role: MemberRole;
  /** The account by which the person signs in; null: none is linked yet. */
  readonly accountId: string | null;
  readonly createdAtMs: number;
}
