import type { ApiKey, KeyActivity, KeySecret, Signed } from "../model/key.ts";
import type { Tenant } from "../model/tenant.ts";
import type { BudgetState } from "../model/usage.ts";
import type { KeySort } from "../rules/key-order.ts";
import type { Page, PageRequest } from "./page.ts";

/** A key's row with the rows of its secrets, without those that ended at once (`validUntilMs` 0): the current one first, then the others, newest first, ten at most. */
export interface StoredKey {
  readonly key: Signed<ApiKey>;
  readonly secrets: readonly Signed<KeySecret>[];
  readonly activity: KeyActivity;
}

/** All that one verification needs, in one indexed read. */
export interface StoredRecord {
  readonly key: Signed<ApiKey>;
  readonly secret: Signed<KeySecret>;
  /** null for a root key. */
  readonly tenant: Signed<Tenant> | null;
  /** Last known budgets of the key and of its tenant, for a ledger that has none. */
  readonly keyBudget: BudgetState | null;
  readonly tenantBudget: BudgetState | null;
}

export interface KeyFilter {
  /** null: root keys. */
  readonly tenantId: string | null;
  readonly status?: "active" | "disabled" | "expired" | "revoked";
  readonly environment?: string;
  readonly scope?: string;
  readonly ownerId?: string;
  /** Part of the name (case-insensitive), or the end of the current secret's hint (exact). */
  readonly q?: string;
  /** The moment that decides what is expired. */
  readonly nowMs: number;
}

/** Rows of keys and their secrets. Within a transaction all calls see and belong to it. */
export interface KeyStore {
  insert(key: Signed<ApiKey>): Promise<void>;
  insertSecret(secret: Signed<KeySecret>): Promise<void>;
  /** Replaces the row with the same id. Callers hold its lock. */
  update(key: Signed<ApiKey>): Promise<void>;
  updateSecret(secret: Signed<KeySecret>): Promise<void>;
  /** The key, its row locked until the transaction ends. */
  lock(keyId: string): Promise<StoredKey | undefined>;
  find(keyId: string): Promise<StoredKey | undefined>;
  /** The record of the secret that has one of these digests (one per pepper version). One indexed read. */
  findByDigest(digests: readonly string[]): Promise<StoredRecord | undefined>;
  /**
   * In the order of `sort` (newest first unless said), among equals by id in the same direction; `after` is a place as `writeKeyPlace` writes
   * it, an id where the order is that of creation. Keys without an end come after all ends, keys that were never used before all uses.
   */
  list(filter: KeyFilter, page: PageRequest, sort?: KeySort): Promise<Page<StoredKey>>;
  /** How many keys of this owner are neither revoked nor expired. Exact where the owner's row is locked. */
  countAlive(ownerId: string, nowMs: number): Promise<number>;
  /** Ids of the keys of this owner that are neither revoked nor expired, oldest first. Exact where the owner's row is locked. */
  listAlive(ownerId: string, nowMs: number): Promise<readonly string[]>;
}
