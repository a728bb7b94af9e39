import type { SignedIn } from "../people/signed-in.ts";
import type { Member } from "./tenant.ts";

/** Who does something, from where: the first argument of every change. */
export interface Actor {
  /** `account`: a signed-in person who acts for themselves, in no tenant. */
  readonly type: "root_key" | "api_key" | "member" | "operator" | "account" | "system";
  /** The credential's key id; a member's id; an operator's or a person's account id; null for the system itself. */
  readonly id: string | null;
  /** The tenant that the actor is confined to, `noTenant` for an account; null: an operator. */
  readonly tenantId: string | null;
  /** The member behind the credential; null: none. */
  readonly memberId: string | null;
  /** The team behind an API key, where it is a team's. */
  readonly teamId?: string;
  /** Scopes of an API key, permissions of a root key or an operator. */
  readonly scopes: readonly string[];
  /** A member's role, as it was when the request was authorised. */
  readonly role?: Member["role"];
  /** The person behind the actor, where one has signed in. */
  readonly signedIn?: SignedIn;
  /** The embed session by which a member calls, where it is by one. */
  readonly embedSessionId?: string;
  readonly ip: string | null;
  readonly requestId: string | null;
}

/** One line of the audit log. `before` and `after` hold public fields only: never key text, digests or tags. */
export interface AuditEntry {
  readonly id: string;
  readonly tenantId: string | null;
  readonly atMs: number;
  readonly actorType: string;
  readonly actorId: string | null;
  readonly action: string;
  readonly targetType: string;
  readonly targetId: string;
  readonly reason: string | null;
  readonly ip: string | null;
  readonly requestId: string | null;
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
}

/** An entry at its place in the chain of its tenant, or of the platform. */
export interface ChainedEntry extends AuditEntry {
  /** From 1, without gaps. */
  readonly sequence: number;
  readonly previousHash: string;
  /** SHA-256 over the entry, its place and the hash before it, in hexadecimal. */
  readonly hash: string;
}
