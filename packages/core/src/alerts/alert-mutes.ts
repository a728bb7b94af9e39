import { type AlertRuleId, alertBounds } from "@keywright/contract";
import { auditEntry } from "../audit.ts";
import { AppError, invalidField } from "../errors.ts";
import { newId } from "../ids.ts";
import type { AlertMute } from "../model/alert.ts";
import type { Actor } from "../model/audit.ts";
import type { Page, PageRequest } from "../ports/page.ts";
import { ownerOf, sees } from "../visibility.ts";
import type { AlertDeps } from "./alerts.ts";

export interface CreateMuteRequest {
  readonly actor: Actor;
  readonly tenantId: string | undefined;
  readonly subjectId: string;
  readonly rule: AlertRuleId | null;
  readonly untilMs: number | null;
  readonly reason: string | null;
}

const happening = (actor: Actor, mute: AlertMute) => ({ actor, tenantId: mute.tenantId, target: { type: "alert_mute", id: mute.id } }) as const;
const auditView = ({ subjectId, rule, untilMs }: AlertMute) => ({ subject_id: subjectId, rule, until_ms: untilMs });

export const createAlertMute = async (deps: AlertDeps, request: CreateMuteRequest): Promise<AlertMute> => {
  const { actor, subjectId, rule, untilMs, reason } = request;
  const tenantId = ownerOf(actor, request.tenantId);
  const nowMs = deps.clock.nowMs();
  if (untilMs !== null && untilMs <= nowMs) throw invalidField("/until", "must be in the future");
  return deps.store.transaction(async (stores) => {
    if (tenantId !== null && (await stores.tenants.lock(tenantId)) === undefined) throw new AppError("NOT_FOUND", { detail: "There is no such tenant." });
    if ((await stores.alertRules.countMutes(tenantId, nowMs)) >= alertBounds.mutes) throw new AppError("MUTE_LIMIT_REACHED");
    const mute: AlertMute = { id: newId(deps.random, "mut"), tenantId, subjectId, rule, untilMs, reason, createdAtMs: nowMs };
    await stores.alertRules.insertMute(mute);
    await stores.audit.append(auditEntry(deps, { ...happening(actor, mute), action: "alert_mute.created", reason, after: auditView(mute) }));
    return mute;
  });
};

export const listAlertMutes = async (
  { store, clock }: Pick<AlertDeps, "store" | "clock">,
  { actor, tenantId, page }: { readonly actor: Actor; readonly tenantId: string | undefined; readonly page: PageRequest },
): Promise<Page<AlertMute>> => store.alertRules.listMutes({ tenantId: ownerOf(actor, tenantId), nowMs: clock.nowMs() }, page);

export const deleteAlertMute = (deps: AlertDeps, actor: Actor, muteId: string): Promise<AlertMute> =>
  deps.store.transaction(async (stores) => {
    const mute = await stores.alertRules.findMute(muteId);
    if (mute === undefined || !sees(actor, mute.tenantId)) throw new AppError("NOT_FOUND");
    await stores.alertRules.removeMute(muteId);
    await stores.audit.append(auditEntry(deps, { ...happening(actor, mute), action: "alert_mute.deleted", before: auditView(mute) }));
    return mute;
  });
