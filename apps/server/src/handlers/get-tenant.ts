import { getTenant } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { etagOf, toWireTenant } from "./wire-form.ts";

export const getTenantHandler =
  (engine: Engine): Handler<"get-tenant"> =>
  async ({ actor, params }) => {
    const tenant = await getTenant(engine, actor, params.tenant_id);
    return { status: 200, body: toWireTenant(tenant, engine.poolOf(tenant)), headers: etagOf(tenant.revision) };
  };
