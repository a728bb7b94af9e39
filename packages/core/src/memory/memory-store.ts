import type { Sha256 } from "@keywright/contract";
import type { Store, Stores } from "../ports/store.ts";
import { memoryAlertFacts } from "./store-alert-facts.ts";
import { memoryAlertRules, memoryAlerts } from "./store-alerts.ts";
import { memoryAnnouncements } from "./store-announcements.ts";
import { memoryAuditChains } from "./store-chains.ts";
import { memoryEmbedSessions } from "./store-embed-sessions.ts";
import { memoryKeyStore } from "./store-keys.ts";
import { memoryAuditLog, memoryIdempotencyStore } from "./store-logs.ts";
import { memoryOutbox } from "./store-outbox.ts";
import { memoryInvitationStore, memoryTeamStore } from "./store-people.ts";
import { memoryReminders } from "./store-reminders.ts";
import { memoryRequestLog } from "./store-requests.ts";
import { memorySecurityEvents } from "./store-security.ts";
import { copyState, emptyState, type StoreAccess, type StoreState } from "./store-state.ts";
import { memoryMemberStore, memoryTenantStore } from "./store-tenants.ts";
import { memoryUsageStore } from "./store-usage.ts";
import { memoryDeliveries, memoryWebhooks } from "./store-webhooks.ts";
import { withinTenant } from "./tenant-wall.ts";

/**
 * The reference `Store`: what the port means, without an engine. Nothing outlives the process.
 *
 * Transactions and single changes run one after the other, so a lock is held by whoever runs. A transaction works on a copy
 * that takes the state's place when it commits; reads from outside see what was committed.
 */
export const createMemoryStore = (sha256: Sha256): Store => {
  let committed = emptyState();
  let last: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };

  const whole: StoreAccess = {
    read: async (look) => look(committed),
    write: (change) => inTurn(async () => change(committed)),
  };

  const storeFor = (tenantId: string | null): Store => ({
    ...storesOf(whole, tenantId, sha256),
    transaction: (work) =>
      inTurn(async () => {
        const copy = copyState(committed);
        const result = await work(storesOf(accessTo(copy), tenantId, sha256));
        committed = copy;
        return result;
      }),
    forTenant: (id) => storeFor(bind(tenantId, id)),
  });
  return storeFor(null);
};

const bind = (bound: string | null, tenantId: string): string => {
  if (tenantId === "") throw new Error("A tenant has an id.");
  if (bound !== null && bound !== tenantId) throw new Error("A store that is bound to a tenant serves no other.");
  return tenantId;
};

const accessTo = (state: StoreState): StoreAccess => ({
  read: async (look) => look(state),
  write: async (change) => change(state),
});

/** tenantId null: of all tenants. */
const storesOf = (whole: StoreAccess, tenantId: string | null, sha256: Sha256): Stores => {
  const access = tenantId === null ? whole : withinTenant(whole, tenantId);
  return {
    keys: memoryKeyStore(access),
    tenants: memoryTenantStore(access),
    members: memoryMemberStore(access),
    teams: memoryTeamStore(access),
    invitations: memoryInvitationStore(access),
    embedSessions: memoryEmbedSessions(access),
    audit: memoryAuditLog(access, sha256),
    chains: memoryAuditChains(access),
    securityEvents: memorySecurityEvents(access),
    outbox: memoryOutbox(access),
    webhooks: memoryWebhooks(access),
    deliveries: memoryDeliveries(access),
    alerts: memoryAlerts(access),
    alertRules: memoryAlertRules(access),
    alertFacts: memoryAlertFacts(access),
    reminders: memoryReminders(access),
    announcements: memoryAnnouncements(access),
    usage: memoryUsageStore(access),
    requests: memoryRequestLog(access),
    idempotency: memoryIdempotencyStore(access, tenantId),
  };
};
