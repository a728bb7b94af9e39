import { replayDelivery } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { toWireDelivery } from "./webhook-form.ts";

export const replayWebhookDeliveryHandler =
  (engine: Engine): Handler<"replay-webhook-delivery"> =>
  async ({ actor, params }) => {
    const delivery = await replayDelivery(engine, { actor, webhookId: params.webhook_id, deliveryId: params.delivery_id });
    return { status: 200, body: toWireDelivery(delivery) };
  };
