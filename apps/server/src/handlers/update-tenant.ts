import { updateTenant } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { changedReply, etagOf, fromIfMatch, fromLimit, toWireTenant } from "./wire-form.ts";

export const updateTenantHandler =
  (engine: Engine): Handler<"update-tenant"> =>
  async ({ actor, params, body, ifMatch }) => {
    const change = {
      ...(body.name !== undefined && { name: body.name }),
      ...(body.tier !== undefined && { tier: body.tier }),
      ...(body.status !== undefined && { status: body.status }),
      ...(body.rate_limit !== undefined && { rateLimit: fromLimit(body.rate_limit) }),
    };
    const { result: tenant, enforced } = await updateTenant(engine, { actor, tenantId: params.tenant_id, change, ifRevision: fromIfMatch(ifMatch) });
    return changedReply(toWireTenant(tenant, engine.poolOf(tenant)), enforced, etagOf(tenant.revision));
  };
