import type { AlertFacts } from "./alert-facts.ts";
import type { AlertRuleStore, AlertStore } from "./alert-store.ts";
import type { Announcements } from "./announcements.ts";
import type { AuditChains } from "./audit-chains.ts";
import type { AuditLog } from "./audit-log.ts";
import type { DeliveryStore } from "./delivery-store.ts";
import type { EmbedSessionStore } from "./embed-session-store.ts";
import type { IdempotencyStore } from "./idempotency-store.ts";
import type { InvitationStore } from "./invitation-store.ts";
import type { KeyStore } from "./key-store.ts";
import type { Outbox } from "./outbox.ts";
import type { ReminderStore } from "./reminder-store.ts";
import type { RequestLog } from "./request-log.ts";
import type { SecurityEventStore } from "./security-event-store.ts";
import type { TeamStore } from "./team-store.ts";
import type { MemberStore, TenantStore } from "./tenant-store.ts";
import type { UsageStore } from "./usage-store.ts";
import type { WebhookStore } from "./webhook-store.ts";

/** The relational truth, by what it holds. */
export interface Stores {
  readonly keys: KeyStore;
  readonly tenants: TenantStore;
  readonly members: MemberStore;
  readonly teams: TeamStore;
  readonly invitations: InvitationStore;
  readonly embedSessions: EmbedSessionStore;
  readonly audit: AuditLog;
  readonly chains: AuditChains;
  readonly securityEvents: SecurityEventStore;
  readonly outbox: Outbox;
  readonly webhooks: WebhookStore;
  readonly deliveries: DeliveryStore;
  readonly alerts: AlertStore;
  readonly alertRules: AlertRuleStore;
  readonly alertFacts: AlertFacts;
  readonly reminders: ReminderStore;
  readonly announcements: Announcements;
  readonly usage: UsageStore;
  readonly requests: RequestLog;
  readonly idempotency: IdempotencyStore;
}

/** The stores, each call by itself; or several in one transaction. An engine out of reach rejects with `Unavailable("store")`. */
export interface Store extends Stores {
  /**
   * Runs `work` in one transaction (read committed, locks as named by the stores). It commits when `work` resolves, durably before this
   * resolves; it rolls back when `work` rejects, and rejects with the same reason. `work` uses the stores that it is given, never the outer
   * ones: an engine with one connection would wait for itself. Entries of the audit log are chained when `work` is done, all at once: whoever
   * continues a chain waits for nothing else any more, so that two changes of one tenant never wait for each other in a circle.
   */
  transaction<T>(work: (stores: Stores) => Promise<T>): Promise<T>;
  /**
   * The same store for one tenant alone: a second wall, behind the checks of whoever calls. To it, rows of other tenants, root keys and
   * operators' entries of the audit log are not there, even when asked for by id; a change that would make or touch one of them rejects and
   * leaves all as it was. Announcements and the ids of applied moves belong to no tenant and are as they always are. An idempotent answer
   * belongs to the tenant whose store keeps it. Throws for the empty id, and for another tenant than the one it is bound to already.
   */
  forTenant(tenantId: string): Store;
}
