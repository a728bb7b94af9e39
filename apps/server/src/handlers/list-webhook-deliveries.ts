import { listDeliveries } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { toWireDelivery } from "./webhook-form.ts";
import { fromCursor, toPage } from "./wire-form.ts";

export const listWebhookDeliveriesHandler =
  (engine: Engine): Handler<"list-webhook-deliveries"> =>
  async ({ actor, params, query }) => {
    const filter = { webhookId: params.webhook_id, ...(query.status !== undefined && { state: query.status }) };
    const found = await listDeliveries(engine, { actor, filter, page: fromCursor(query, filter) });
    return { status: 200, body: toPage(found, filter, toWireDelivery) };
  };
