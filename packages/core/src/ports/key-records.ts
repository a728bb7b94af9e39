import type { ApiKey, KeySecret } from "../model/key.ts";
import type { Tenant } from "../model/tenant.ts";
import type { BudgetState } from "../model/usage.ts";

/** What a verification knows of a key: rows whose tags were checked when they were loaded. */
export interface KeyRecord {
  readonly key: ApiKey;
  readonly secret: KeySecret;
  readonly tenant: Tenant | null;
  readonly keyBudget: BudgetState | null;
  readonly tenantBudget: BudgetState | null;
  /** The allow-list, compiled; null: any address. */
  readonly allows: ((address: string) => boolean) | null;
}

/** Records by digest. A kept record may be as old as it likes: the ledger finds out. */
export interface KeyRecords {
  /** The record that is at hand without I/O, if there is one. */
  peek(digest: string): KeyRecord | undefined;
  /** The record from the store, by a read that begins after the call; undefined: no such secret. `digests`: one per pepper version, the current one first. */
  load(digests: readonly string[]): Promise<KeyRecord | undefined>;
}
