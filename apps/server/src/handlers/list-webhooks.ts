import { listWebhooks } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { toWireWebhook } from "./webhook-form.ts";
import { fromCursor, toPage } from "./wire-form.ts";

export const listWebhooksHandler =
  (engine: Engine): Handler<"list-webhooks"> =>
  async ({ actor, query }) => {
    const asked = [query.tenant_id ?? actor.tenantId];
    const found = await listWebhooks(engine, { actor, tenantId: query.tenant_id, page: fromCursor(query, asked) });
    const nowMs = engine.clock.nowMs();
    return { status: 200, body: toPage(found, asked, (webhook) => toWireWebhook(webhook, nowMs)) };
  };
