import { auditLook, type LoggedRequest, type RequestFilter, requireVisibleKey, tenantOf } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler, HandlerRequest } from "../http/route.ts";
import { fromCursor, fromTimeRange, toPage, toTime } from "./wire-form.ts";

const requestIds = /^req_[0-9a-z]{26}(?:\.[1-9]\d{0,2})?$/;

/** Up to this moment: what this process has seen is brought to the store first; of the others a second's worth may be missing. */
export const listLoggedRequestsHandler =
  (engine: Engine): Handler<"list-logged-requests"> =>
  async (request) => {
    const filter = toFilter(request);
    const page = fromCursor(request.query, filter, requestIds);
    if (filter.keyId !== undefined) await requireVisibleKey(engine, request.actor, filter.keyId);
    await engine.flushRequests();
    const { requests } = engine.store;
    const { tenantId } = filter;
    const found = await requests.list(filter, page);
    const coverage = tenantId === undefined ? { kept: null, skipped: null } : await requests.coverage(tenantId);
    if (tenantId !== undefined) await auditLook(engine, { actor: request.actor, tenantId, target: { type: "tenant", id: tenantId }, what: "requests" });
    return { status: 200, body: { ...toPage(found, filter, toWireRequest), ...coverage } };
  };

/** A tenant's caller sees its own tenant's requests; another tenant's are not there. */
const toFilter = ({ actor, query }: HandlerRequest<"list-logged-requests">): RequestFilter => {
  const tenantId = actor.tenantId === null ? query.tenant_id : tenantOf(actor, query.tenant_id);
  return {
    ...(tenantId !== undefined && { tenantId }),
    ...(query.key_id !== undefined && { keyId: query.key_id }),
    ...(query.endpoint !== undefined && { endpoint: query.endpoint }),
    ...(query.code !== undefined && { verdict: query.code }),
    ...(query.refused !== undefined && { isRefused: query.refused }),
    ...(query.ip !== undefined && { ip: query.ip }),
    ...(query.q !== undefined && { q: query.q }),
    ...fromTimeRange(query),
  };
};

export const toWireRequest = (request: LoggedRequest) => ({
  id: request.id,
  tenant_id: request.tenantId === "" ? null : request.tenantId,
  key_id: request.keyId,
  at: toTime(request.atMs),
  endpoint: request.endpoint,
  code: request.verdict,
  ip: request.ip,
  user_agent: request.userAgent,
});
