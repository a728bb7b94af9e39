import { createWebhook } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { toWireWebhook } from "./webhook-form.ts";
import { toIdempotency } from "./wire-form.ts";

export const createWebhookHandler =
  (engine: Engine): Handler<"create-webhook"> =>
  async (request) => {
    const { actor, body } = request;
    const { tenant_id: tenantId, url, events, description = "" } = body;
    const idempotency = toIdempotency("create-webhook", request, body);
    const { webhook, secret } = await createWebhook(engine, { actor, tenantId, url, events, description, idempotency });
    return { status: 201, body: { ...toWireWebhook(webhook, engine.clock.nowMs()), secret } };
  };
