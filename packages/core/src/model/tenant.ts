import type { MemberRole } from "@keywright/contract";
import type { RateLimit } from "./limits.ts";
import type { ReminderRules } from "./reminder.ts";

export type Tier = "starter" | "pro" | "enterprise";

export interface Tenant {
  readonly id: string;
  readonly name: string;
  readonly tier: Tier;
  readonly status: "active" | "suspended";
  /** The tenant's own pool; null: the tier's. */
  readonly rateLimit: RateLimit | null;
  /** The scopes that developers may grant to keys; null: all that their role can. Chosen by the tenant's owners. */
  readonly developerScopes: readonly string[] | null;
  /** When people are reminded of keys; null: as the operator has it. Chosen by the tenant's owners. */
  readonly reminders: ReminderRules | null;
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

export interface Team {
  readonly id: string;
  readonly tenantId: string;
  readonly name: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** A member's place in a team of the same tenant. */
export interface TeamPlace {
  readonly tenantId: string;
  readonly teamId: string;
  readonly memberId: string;
}

export interface Invitation {
  readonly id: string;
  readonly tenantId: string;
  /** Only an account with this address, verified, can accept. */
  readonly email: string;
  readonly role: MemberRole;
  readonly teamIds: readonly string[];
  /** Digest of the token in the mail, as of a key's secret; the token itself is kept nowhere. */
  readonly digest: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly acceptedAtMs: number | null;
  readonly withdrawnAtMs: number | null;
}
