import { updateWebhook } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { toWireWebhook } from "./webhook-form.ts";

export const updateWebhookHandler =
  (engine: Engine): Handler<"update-webhook"> =>
  async ({ actor, params, body }) => {
    const { status, ...fields } = body;
    const change = { ...fields, ...(status !== undefined && { state: status }) };
    const webhook = await updateWebhook(engine, { actor, webhookId: params.webhook_id, change });
    return { status: 200, body: toWireWebhook(webhook, engine.clock.nowMs()) };
  };
