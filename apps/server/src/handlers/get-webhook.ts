import { getWebhook } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { toWireWebhook } from "./webhook-form.ts";

export const getWebhookHandler =
  (engine: Engine): Handler<"get-webhook"> =>
  async ({ actor, params }) => ({ status: 200, body: toWireWebhook(await getWebhook(engine, actor, params.webhook_id), engine.clock.nowMs()) });
