import { type AuditDeps, auditEntry } from "../audit.ts";
import { AppError } from "../errors.ts";
import type { Alert } from "../model/alert.ts";
import type { Actor } from "../model/audit.ts";
import type { AlertFilter } from "../ports/alert-store.ts";
import type { Page, PageRequest } from "../ports/page.ts";
import type { Store } from "../ports/store.ts";
import { ownerOf, sees } from "../visibility.ts";

export interface AlertDeps extends AuditDeps {
  readonly store: Store;
}

export interface ListAlertsRequest {
  readonly actor: Actor;
  readonly tenantId: string | undefined;
  readonly filter: Omit<AlertFilter, "tenantId">;
  readonly page: PageRequest;
}

const visible = (alert: Alert | undefined, actor: Actor): Alert => {
  if (alert === undefined || !sees(actor, alert.tenantId)) throw new AppError("NOT_FOUND");
  return alert;
};

export const listAlerts = async ({ store }: Pick<AlertDeps, "store">, { actor, tenantId, filter, page }: ListAlertsRequest): Promise<Page<Alert>> =>
  store.alerts.list({ ...filter, tenantId: ownerOf(actor, tenantId) }, page);

export const getAlert = async ({ store }: Pick<AlertDeps, "store">, actor: Actor, alertId: string): Promise<Alert> =>
  visible(await store.alerts.find(alertId), actor);

/** Notes who sees to it. Who was the first is not overwritten, and what has ended needs nobody. */
export const acknowledgeAlert = (deps: AlertDeps, actor: Actor, alertId: string): Promise<Alert> =>
  deps.store.transaction(async (stores) => {
    const before = visible(await stores.alerts.lock(alertId), actor);
    if (before.endedAtMs !== null || before.acknowledgedAtMs !== null) return before;
    const after: Alert = { ...before, acknowledgedAtMs: deps.clock.nowMs(), acknowledgedBy: { type: actor.type, id: actor.id } };
    await stores.alerts.update(after);
    const target = { type: "alert", id: alertId } as const;
    const { rule, subjectId } = before;
    await stores.audit.append(
      auditEntry(deps, { actor, tenantId: before.tenantId, action: "alert.acknowledged", target, after: { rule, subject_id: subjectId } }),
    );
    return after;
  });
