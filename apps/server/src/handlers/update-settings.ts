import { changeSettings } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { toWireSettings } from "./people-form.ts";
import { changedReply, etagOf, fromIfMatch } from "./wire-form.ts";

export const updateSettingsHandler =
  (engine: Engine): Handler<"update-settings"> =>
  async ({ actor, body, ifMatch }) => {
    const change = { actor, tenantId: body.tenant_id, developerScopes: body.developer_scopes, ifRevision: fromIfMatch(ifMatch) };
    const { result: tenant, enforced } = await changeSettings(engine, change);
    return changedReply(toWireSettings(tenant), enforced, etagOf(tenant.revision));
  };
