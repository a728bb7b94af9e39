import type { AuditAction } from "@keywright/contract";
import { type AuditDeps, auditEntry } from "../audit.ts";
import type { Store } from "../ports/store.ts";
import { accountActor } from "./account-actor.ts";

interface RecordDeps extends AuditDeps {
  readonly store: Store;
}

/** What somebody has done with an account, or tried to. */
export interface AccountEvent {
  readonly action: Extract<AuditAction, `account.${string}`>;
  /** null: nobody knows whose it is. */
  readonly accountId: string | null;
  readonly reason?: string;
  readonly after?: object;
  readonly ip: string | null;
  readonly requestId: string | null;
}

/** More tenants than anyone is a member of. */
const maxTenants = 100;

/** Tells it to every tenant that the account is a member of; what concerns no tenant, as of operators and strangers, to the operator alone. */
export const recordAccountEvent = (deps: RecordDeps, event: AccountEvent): Promise<void> => {
  const { accountId, action, reason = null, after = null, ip, requestId } = event;
  const actor = { ...accountActor({ accountId: accountId ?? "", ip, requestId }), id: accountId };
  return deps.store.transaction(async (stores) => {
    const { items } = accountId === null ? { items: [] } : await stores.members.listOfAccount(accountId, { limit: maxTenants, after: null });
    // In one order, so that two events of people who share tenants never wait for each other.
    const tenantIds = items.length === 0 ? [null] : items.map(({ tenantId }) => tenantId).toSorted();
    for (const tenantId of tenantIds) {
      await stores.audit.append(auditEntry(deps, { actor, tenantId, action, target: { type: "account", id: accountId ?? "unknown" }, reason, after }));
    }
  });
};
