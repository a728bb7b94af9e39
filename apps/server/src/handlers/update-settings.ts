import { changeSettings } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { toReminderRules } from "../reminder-settings.ts";
import { toWireSettings } from "./people-form.ts";
import { changedReply, etagOf, fromIfMatch } from "./wire-form.ts";

export const updateSettingsHandler =
  (engine: Engine): Handler<"update-settings"> =>
  async ({ actor, body, ifMatch }) => {
    const { tenant_id: tenantId, developer_scopes: developerScopes } = body;
    const reminders = body.reminders && toReminderRules(body.reminders);
    const change = { actor, tenantId, developerScopes, reminders, ifRevision: fromIfMatch(ifMatch) };
    const { result: tenant, enforced } = await changeSettings(engine, change);
    return changedReply(toWireSettings(tenant), enforced, etagOf(tenant.revision));
  };
