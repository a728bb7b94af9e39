import { createTenant } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { etagOf, fromLimit, toIdempotency, toWireTenant } from "./wire-form.ts";

export const createTenantHandler =
  (engine: Engine): Handler<"create-tenant"> =>
  async (request) => {
    const { actor, body } = request;
    const tenant = await createTenant(engine, {
      actor,
      name: body.name,
      tier: body.tier ?? "starter",
      rateLimit: fromLimit(body.rate_limit),
      idempotency: toIdempotency("create-tenant", request, body),
    });
    return { status: 201, body: toWireTenant(tenant, engine.poolOf(tenant)), headers: etagOf(tenant.revision) };
  };
