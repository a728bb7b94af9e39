import type { ApiKey } from "../model/key.ts";
import type { RateLimit } from "../model/limits.ts";
import type { Tenant } from "../model/tenant.ts";
import type { BudgetState } from "../model/usage.ts";

/** What a verification knows of a tenant. */
export interface TenantRecord extends Pick<Tenant, "id" | "status" | "revision"> {
  /** Its own limit, or its tier's. */
  readonly pool: RateLimit;
  /** As of a `Known`. */
  note?: unknown;
  /** Of whoever replies with its keys: one whose reply is kept, for all those of which the same is said. */
  replied?: KeyRecord | undefined;
}

/** What a verification knows of a key, from rows whose tags were checked when they were loaded; nothing else, for a process keeps many. */
export interface KeyRecord
  extends Pick<ApiKey, "id" | "ownerId" | "name" | "environment" | "scopes" | "state" | "rateLimit" | "monthlyQuota" | "metadata" | "revision"> {
  /** null for a root key. */
  readonly tenant: TenantRecord | null;
  /** When the key ends, or its secret, if that was replaced; whichever comes first. 0: the secret ended when it was replaced. null: never. */
  readonly expiresAtMs: number | null;
  /** The id of the secret, until it has passed bcrypt; null: its digest is proof enough. */
  readonly unproved: string | null;
  /** The allow-list, compiled; null: any address. */
  readonly allows: ((address: string) => boolean) | null;
  /** Of whoever keeps the record: whether it was asked for lately. Here, for an object of its own beside each record would cost more than the record's id. */
  isUsed: boolean;
  /** As of a `Known`. */
  note?: unknown;
  /** Of whoever replies with the record: what is said of the key every time, behind its id, for as many records as they choose. To look it up elsewhere would cost several fetches from memory. */
  reply?: { readonly text: string; readonly isAscii: boolean } | undefined;
  /** The same, of whoever introduces its holder to others. */
  introduction?: string | undefined;
}

/** A record, and the last known budgets for a ledger that has none. */
export interface LoadedRecord {
  readonly record: KeyRecord;
  readonly keyBudget: BudgetState | null;
  readonly tenantBudget: BudgetState | null;
}

/** What a secret is found by. */
export interface SecretNames {
  /** In this process's memory. */
  readonly mark: string;
  /** In the store: one per pepper version, the current one first. */
  readonly digests: readonly string[];
}

/** Records by secret. A kept record may be as old as it likes: the ledger finds out. */
export interface KeyRecords {
  /** The record that is at hand without I/O, if there is one. */
  peek(mark: string): KeyRecord | undefined;
  /** The record from the store, by a read that begins after the call; undefined: no such secret. */
  load(names: SecretNames): Promise<LoadedRecord | undefined>;
}
