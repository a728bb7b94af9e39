import { rotateWebhookSecret } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { toWireWebhook } from "./webhook-form.ts";

export const rotateWebhookSecretHandler =
  (engine: Engine): Handler<"rotate-webhook-secret"> =>
  async ({ actor, params }) => {
    const { webhook, secret } = await rotateWebhookSecret(engine, actor, params.webhook_id);
    return { status: 200, body: { ...toWireWebhook(webhook, engine.clock.nowMs()), secret } };
  };
