import { getSettings } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { toWireSettings } from "./people-form.ts";
import { etagOf } from "./wire-form.ts";

export const getSettingsHandler =
  (engine: Engine): Handler<"get-settings"> =>
  async ({ actor, query }) => {
    const tenant = await getSettings(engine, { actor, tenantId: query.tenant_id });
    return { status: 200, body: toWireSettings(tenant), headers: etagOf(tenant.revision) };
  };
