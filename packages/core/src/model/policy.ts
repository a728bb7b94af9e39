import type { BruteForcePolicy } from "../security/address-guard.ts";
import type { RateLimit } from "./limits.ts";
import type { ReminderRules } from "./reminder.ts";
import type { Tier } from "./tenant.ts";

export interface RequestLogPolicy {
  readonly isEnabled: boolean;
  /** Accepted, and besides refused verifications of one tenant that one process keeps in a second. */
  readonly perSecond: number;
  /** How addresses are kept: whole, as their network (/24, of IPv6 /48), or not at all. */
  readonly addresses: "full" | "short" | "none";
}

/** The operator's choices; the defaults are those of the docs (`docs/configuration.md`). */
export interface Policy {
  readonly prefix: string;
  readonly bodyLength: number;
  /** The catalogue: scope → what it lets a key do. */
  readonly scopes: Readonly<Record<string, string>>;
  readonly tiers: Readonly<Record<Tier, RateLimit>>;
  readonly defaultExpiresInDays: number;
  readonly maxExpiresInDays: number;
  readonly allowNoExpiry: boolean;
  readonly maxKeysPerMember: number;
  readonly maxKeysPerTeam: number;
  /** Mails of invitations that a tenant may send. */
  readonly maxInvitationsPerHour: number;
  readonly defaultGraceSeconds: number;
  readonly bcryptCost: number;
  readonly requestLog: RequestLogPolicy;
  /** Whether countries are told apart in usage, from what the request log has recorded. */
  readonly usageByCountry: boolean;
  /** How long after a checkpoint of an audit chain the next one is signed, at the earliest. */
  readonly auditCheckpointMinutes: number;
  /** How long entries of the audit log are kept; null: for ever. */
  readonly auditRetentionDays: number | null;
  /** What is done about an address that tries one credential after the other. */
  readonly bruteForce: BruteForcePolicy;
  /** Addresses and CIDR ranges that are never blocked. */
  readonly neverBlock: readonly string[];
  /** Origins of pages of other products that may show key management inside themselves; none: it is off. */
  readonly embedOrigins: readonly string[];
  /** When people are reminded of keys, where their tenant has not said otherwise. */
  readonly reminders: ReminderRules;
  /** How long after one look for reminders the next one begins. */
  readonly reminderCheckSeconds: number;
  /** What a process does that cannot reach the ledger. degrade: it spends where the store is, with limits counted apart. deny: it answers 503. */
  readonly onLedgerOutage: "degrade" | "deny";
  /** What a process does that cannot reach the store. serve: warm keys go on. deny: it answers 503. */
  readonly onStoreOutage: "serve" | "deny";
}
