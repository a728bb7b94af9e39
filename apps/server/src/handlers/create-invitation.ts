import { invite } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { toWireInvitation } from "./people-form.ts";
import { toIdempotency } from "./wire-form.ts";

export const createInvitationHandler =
  (engine: Engine): Handler<"create-invitation"> =>
  async (request) => {
    const { actor, body } = request;
    const invitation = await invite(engine, {
      actor,
      tenantId: body.tenant_id,
      email: body.email,
      role: body.role ?? "developer",
      teamIds: body.team_ids ?? [],
      idempotency: toIdempotency("create-invitation", request, body),
    });
    return { status: 201, body: toWireInvitation(invitation, engine.clock.nowMs()) };
  };
