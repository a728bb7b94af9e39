import Type from "typebox";
import type { Endpoint } from "./endpoint.ts";
import { page } from "./schemas/platform.ts";
import { closed } from "./schemas/text.ts";
import {
  CreatedWebhook,
  CreateWebhook,
  DeletedWebhook,
  Delivery,
  DeliveryId,
  ListDeliveriesQuery,
  ListWebhooksQuery,
  UpdateWebhook,
  Webhook,
  WebhookId,
} from "./schemas/webhook.ts";

const webhooks = "/api/v1/platform/webhooks";
const params = Type.Object({ webhook_id: WebhookId }, closed);
const deliveryParams = Type.Object({ webhook_id: WebhookId, delivery_id: DeliveryId }, closed);

/** Rows of THE table: who is told of events, and how that goes. */
export const webhookEndpoints = {
  "create-webhook": {
    method: "POST",
    path: webhooks,
    tag: "Webhooks",
    permission: "webhooks:write",
    doc: "Have events posted to an address. The answer is the only one that shows the signing secret. An operator who names no tenant hears of all.",
    body: CreateWebhook,
    replies: { 201: CreatedWebhook },
    errors: ["NOT_FOUND", "WEBHOOK_LIMIT_REACHED", "IDEMPOTENCY_KEY_REUSED"],
    idempotent: true,
    example: { url: "https://hooks.example.com/keywright", events: ["key.created", "key.revoked"], description: "Inventory" },
  },
  "list-webhooks": {
    method: "GET",
    path: webhooks,
    tag: "Webhooks",
    permission: "webhooks:read",
    doc: "List webhooks, newest first; an operator who names no tenant sees the operator's own.",
    query: ListWebhooksQuery,
    replies: { 200: page(Webhook) },
    errors: ["NOT_FOUND", "INVALID_CURSOR"],
  },
  "get-webhook": {
    method: "GET",
    path: `${webhooks}/{webhook_id}`,
    tag: "Webhooks",
    permission: "webhooks:read",
    doc: "One webhook.",
    params,
    replies: { 200: Webhook },
    errors: ["NOT_FOUND"],
  },
  "update-webhook": {
    method: "PATCH",
    path: `${webhooks}/{webhook_id}`,
    tag: "Webhooks",
    permission: "webhooks:write",
    doc: "Change a webhook, switch it off, or on again: what waited for it meanwhile is sent then.",
    params,
    body: UpdateWebhook,
    replies: { 200: Webhook },
    errors: ["NOT_FOUND"],
    example: { events: ["*"] },
  },
  "delete-webhook": {
    method: "DELETE",
    path: `${webhooks}/{webhook_id}`,
    tag: "Webhooks",
    permission: "webhooks:write",
    doc: "Delete a webhook, with its secret and the log of its deliveries.",
    params,
    replies: { 200: DeletedWebhook },
    errors: ["NOT_FOUND"],
  },
  "rotate-webhook-secret": {
    method: "POST",
    path: `${webhooks}/{webhook_id}/rotate-secret`,
    tag: "Webhooks",
    permission: "webhooks:write",
    doc: "Make a new signing secret. For 24 hours the old one signs too: each request then carries both signatures.",
    params,
    replies: { 200: CreatedWebhook },
    errors: ["NOT_FOUND"],
  },
  "test-webhook": {
    method: "POST",
    path: `${webhooks}/{webhook_id}/test`,
    tag: "Webhooks",
    permission: "webhooks:write",
    doc: "Send the event `webhook.test` to it; the delivery says what came of it.",
    params,
    replies: { 201: Delivery },
    errors: ["NOT_FOUND", "WEBHOOK_DISABLED"],
  },
  "list-webhook-deliveries": {
    method: "GET",
    path: `${webhooks}/{webhook_id}/deliveries`,
    tag: "Webhooks",
    permission: "webhooks:read",
    doc: "What was sent, is to be sent, or was given up, newest first; of 30 days.",
    params,
    query: ListDeliveriesQuery,
    replies: { 200: page(Delivery) },
    errors: ["NOT_FOUND", "INVALID_CURSOR"],
  },
  "replay-webhook-delivery": {
    method: "POST",
    path: `${webhooks}/{webhook_id}/deliveries/{delivery_id}/replay`,
    tag: "Webhooks",
    permission: "webhooks:write",
    doc: "Send an event again, now, under the same `webhook-id`, with all its retries.",
    params: deliveryParams,
    replies: { 200: Delivery },
    errors: ["NOT_FOUND", "WEBHOOK_DISABLED"],
  },
} as const satisfies Record<string, Endpoint>;
