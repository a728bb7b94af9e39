import { testWebhook } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { toWireDelivery } from "./webhook-form.ts";

export const testWebhookHandler =
  (engine: Engine): Handler<"test-webhook"> =>
  async ({ actor, params }) => ({ status: 201, body: toWireDelivery(await testWebhook(engine, actor, params.webhook_id)) });
