import { AppError, auditLook, type SecurityEvent, type SecurityEventFilter, tenantOf } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler, HandlerRequest } from "../http/route.ts";
import { fromCursor, fromTimeRange, toPage, toTime } from "./wire-form.ts";

export const listSecurityEventsHandler =
  (engine: Engine): Handler<"list-security-events"> =>
  async (request) => {
    const filter = toFilter(request);
    const { tenantId } = filter;
    if (tenantId !== undefined && (await engine.store.tenants.find(tenantId)) === undefined) throw new AppError("NOT_FOUND");
    const found = await engine.store.securityEvents.list(filter, fromCursor(request.query, filter));
    if (tenantId !== undefined) await auditLook(engine, { actor: request.actor, tenantId, target: { type: "tenant", id: tenantId }, what: "security_events" });
    return { status: 200, body: toPage(found, filter, toWireEvent) };
  };

/** A tenant's caller sees its own tenant's events; another tenant's are not there. */
const toFilter = ({ actor, query }: HandlerRequest<"list-security-events">): SecurityEventFilter => {
  const tenantId = actor.tenantId === null ? query.tenant_id : tenantOf(actor, query.tenant_id);
  return {
    ...(tenantId !== undefined && { tenantId }),
    ...(query.kind !== undefined && { kind: query.kind }),
    ...(query.severity !== undefined && { severity: query.severity }),
    ...(query.subject_id !== undefined && { subjectId: query.subject_id }),
    ...fromTimeRange(query),
  };
};

const toWireEvent = (event: SecurityEvent) => ({
  id: event.id,
  kind: event.kind,
  severity: event.severity,
  tenant_id: event.tenantId,
  subject: { type: event.subjectType, id: event.subjectId },
  at: toTime(event.atMs),
  last_at: toTime(event.lastAtMs),
  count: event.count,
  details: { ...event.details },
});
