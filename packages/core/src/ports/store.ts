import type { Announcements } from "./announcements.ts";
import type { AuditLog } from "./audit-log.ts";
import type { IdempotencyStore } from "./idempotency-store.ts";
import type { KeyStore } from "./key-store.ts";
import type { MemberStore, TenantStore } from "./tenant-store.ts";
import type { UsageStore } from "./usage-store.ts";

/** The relational truth, by what it holds. */
export interface Stores {
  readonly keys: KeyStore;
  readonly tenants: TenantStore;
  readonly members: MemberStore;
  readonly audit: AuditLog;
  readonly announcements: Announcements;
  readonly usage: UsageStore;
  readonly idempotency: IdempotencyStore;
}

/** The stores, each call by itself; or several in one transaction. An engine out of reach rejects with `Unavailable("store")`. */
export interface Store extends Stores {
  /**
   * Runs `work` in one transaction (read committed, locks as named by the stores). It commits when `work` resolves, durably before this
   * resolves; it rolls back when `work` rejects, and rejects with the same reason. `work` uses the stores that it is given, never the outer
   * ones: an engine with one connection would wait for itself.
   */
  transaction<T>(work: (stores: Stores) => Promise<T>): Promise<T>;
}
