import type { MemberRole } from "@keywright/contract";

/** A person of another system, as a token that this system has signed tells of them. */
export interface OutsidePerson {
  readonly issuer: string;
  /** The person's name at the issuer: always the same, and nobody else's. */
  readonly subject: string;
  /** An address that the issuer answers for; null: none, or one that it says is not verified. */
  readonly email: string | null;
  readonly name: string | null;
  /** null: the token names no tenant. */
  readonly tenantId: string | null;
  /** `none`: roles are the issuer's to give, and it gives this person none of Keywright's. null: roles are given in Keywright. */
  readonly role: MemberRole | "none" | null;
}

/** Bearer tokens (RFC 7519) by which a platform's own users call, without an account here. */
export interface OutsideTokens {
  /**
   * Whose token this is; undefined for one that is forged, not yet or no longer valid, of another issuer or for another audience. Rejects with
   * `Unavailable("outside-tokens")` where the issuer's keys were never read, or cannot be read for so long that they are trusted no more.
   */
  verify(token: string): Promise<OutsidePerson | undefined>;
}
