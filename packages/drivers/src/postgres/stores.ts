import type { Stores } from "@keywright/core";
import type { Kysely } from "kysely";
import { postgresAlertFacts } from "./alert-facts.ts";
import { postgresAlertRules } from "./alert-rule-store.ts";
import { postgresAlerts } from "./alert-store.ts";
import { postgresAnnouncements } from "./announcement-store.ts";
import { postgresAuditChains } from "./audit-chains.ts";
import { deferredAuditLog, postgresAuditLog } from "./audit-log.ts";
import { postgresDeliveries } from "./delivery-store.ts";
import { postgresEmbedSessions } from "./embed-session-store.ts";
import { postgresIdempotencyStore } from "./idempotency-store.ts";
import { postgresInvitationStore } from "./invitation-store.ts";
import { postgresKeyStore } from "./key-store.ts";
import { postgresMemberStore } from "./member-store.ts";
import { postgresOutbox } from "./outbox.ts";
import { postgresReminders } from "./reminder-store.ts";
import { postgresRequestLog } from "./request-log.ts";
import type { Tables } from "./schema.ts";
import { postgresSecurityEvents } from "./security-event-store.ts";
import { postgresTeamStore } from "./team-store.ts";
import { postgresTenantStore } from "./tenant-store.ts";
import { postgresUsageStore } from "./usage-store.ts";
import { postgresWebhooks } from "./webhook-store.ts";

/** All stores on one connection to the database, or in one transaction. */
export const storesOf = (db: Kysely<Tables>): Stores => ({
  keys: postgresKeyStore(db),
  tenants: postgresTenantStore(db),
  members: postgresMemberStore(db),
  teams: postgresTeamStore(db),
  invitations: postgresInvitationStore(db),
  embedSessions: postgresEmbedSessions(db),
  audit: postgresAuditLog(db),
  chains: postgresAuditChains(db),
  securityEvents: postgresSecurityEvents(db),
  outbox: postgresOutbox(db),
  webhooks: postgresWebhooks(db),
  deliveries: postgresDeliveries(db),
  alerts: postgresAlerts(db),
  alertRules: postgresAlertRules(db),
  alertFacts: postgresAlertFacts(db),
  reminders: postgresReminders(db),
  announcements: postgresAnnouncements(db),
  usage: postgresUsageStore(db),
  requests: postgresRequestLog(db),
  idempotency: postgresIdempotencyStore(db),
});

/** All stores in this transaction, for `work`; what it enters in the audit log is chained when it is done. */
export const withStores = async <T>(transaction: Kysely<Tables>, work: (stores: Stores) => Promise<T>): Promise<T> => {
  const { audit, flush } = deferredAuditLog(transaction);
  const result = await work({ ...storesOf(transaction), audit });
  await flush();
  return result;
};
