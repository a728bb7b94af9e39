import { createTeam } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { toWireTeam } from "./people-form.ts";
import { toIdempotency } from "./wire-form.ts";

export const createTeamHandler =
  (engine: Engine): Handler<"create-team"> =>
  async (request) => {
    const { actor, body } = request;
    const idempotency = toIdempotency("create-team", request, body);
    return { status: 201, body: toWireTeam(await createTeam(engine, { actor, tenantId: body.tenant_id, name: body.name, idempotency })) };
  };
