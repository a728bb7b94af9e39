import { doorAnswers } from "@keywright/contract";
import { AppError, auditLook, traceDecision } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { toWireRequest } from "./list-logged-requests.ts";

export const explainRequestHandler =
  (engine: Engine): Handler<"explain-request"> =>
  async ({ actor, params }) => {
    await engine.flushRequests();
    const found = await engine.store.requests.find(params.request_id);
    if (found === undefined || (actor.tenantId !== null && found.tenantId !== actor.tenantId)) throw new AppError("NOT_FOUND");
    if (found.keyId !== null)
      await auditLook(engine, { actor, tenantId: found.tenantId === "" ? null : found.tenantId, target: { type: "key", id: found.keyId }, what: "requests" });
    const trace = traceDecision(found).map((step) => ({ ...step, figures: { ...step.figures } }));
    return { status: 200, body: { ...toWireRequest(found), reason: doorAnswers[found.verdict].doc, trace } };
  };
