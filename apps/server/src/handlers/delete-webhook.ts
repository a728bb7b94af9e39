import { deleteWebhook } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";

export const deleteWebhookHandler =
  (engine: Engine): Handler<"delete-webhook"> =>
  async ({ actor, params }) => {
    const { id } = await deleteWebhook(engine, actor, params.webhook_id);
    return { status: 200, body: { id, status: "deleted" } };
  };
