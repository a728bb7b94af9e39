import { createMember } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { toWireMember } from "./people-form.ts";
import { toIdempotency } from "./wire-form.ts";

export const createMemberHandler =
  (engine: Engine): Handler<"create-member"> =>
  async (request) => {
    const { actor, body } = request;
    const member = await createMember(engine, {
      actor,
      tenantId: body.tenant_id,
      email: body.email,
      name: body.name,
      role: body.role ?? "developer",
      idempotency: toIdempotency("create-member", request, body),
    });
    return { status: 201, body: toWireMember(member) };
  };
