import { type AuditEntry, type AuditFilter, auditLook, tenantOf } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler, HandlerRequest } from "../http/route.ts";
import { fromCursor, fromTimeRange, toPage, toTime } from "./wire-form.ts";

export const listAuditLogHandler =
  (engine: Engine): Handler<"list-audit-log"> =>
  async (request) => {
    const filter = toFilter(request);
    const found = await engine.store.audit.list(filter, fromCursor(request.query, filter));
    const { tenantId } = filter;
    if (tenantId !== undefined) await auditLook(engine, { actor: request.actor, tenantId, target: { type: "tenant", id: tenantId }, what: "audit_log" });
    return { status: 200, body: toPage(found, filter, toWireEntry) };
  };

/** A tenant's caller sees its own tenant's entries; another tenant's log is not there. */
const toFilter = ({ actor, query }: HandlerRequest<"list-audit-log">): AuditFilter => {
  const tenantId = actor.tenantId === null ? query.tenant_id : tenantOf(actor, query.tenant_id);
  return {
    ...(tenantId !== undefined && { tenantId }),
    ...(query.actor_id !== undefined && { actorId: query.actor_id }),
    ...(query.target_id !== undefined && { targetId: query.target_id }),
    ...(query.action !== undefined && { action: query.action }),
    ...fromTimeRange(query),
  };
};

const toWireEntry = (entry: AuditEntry) => ({
  id: entry.id,
  tenant_id: entry.tenantId,
  at: toTime(entry.atMs),
  actor: { type: entry.actorType, id: entry.actorId },
  action: entry.action,
  target: { type: entry.targetType, id: entry.targetId },
  reason: entry.reason,
  ip: entry.ip,
  request_id: entry.requestId,
  before: entry.before && { ...entry.before },
  after: entry.after && { ...entry.after },
});
