import type { Delivery as WireDelivery, Webhook as WireWebhook } from "@keywright/contract";
import type { Delivery, Webhook } from "@keywright/core";
import { toTime, toTimeOrNull } from "./wire-form.ts";

export const toWireWebhook = (webhook: Webhook, nowMs: number): WireWebhook => {
  const laterThanNow = (ms: number | null): string | null => (ms === null || ms <= nowMs ? null : toTime(ms));
  return {
    id: webhook.id,
    tenant_id: webhook.tenantId,
    url: webhook.url,
    description: webhook.description,
    events: [...webhook.events],
    status: webhook.state,
    disabled_reason: webhook.disabledReason,
    failures: webhook.failures,
    failing_since: toTimeOrNull(webhook.failingSinceMs),
    paused_until: webhook.state === "active" ? laterThanNow(webhook.pausedUntilMs) : null,
    previous_secret_until: laterThanNow(webhook.previousSecretUntilMs),
    created_at: toTime(webhook.createdAtMs),
    updated_at: toTime(webhook.updatedAtMs),
  };
};

export const toWireDelivery = (delivery: Delivery): WireDelivery => ({
  id: delivery.id,
  webhook_id: delivery.webhookId,
  event_id: delivery.eventId,
  type: delivery.type,
  status: delivery.state,
  attempts: delivery.attempts,
  next_attempt_at: delivery.state === "pending" ? toTime(delivery.nextAtMs) : null,
  created_at: toTime(delivery.createdAtMs),
  last_attempt_at: toTimeOrNull(delivery.lastAtMs),
  last_status: delivery.lastStatus,
  last_problem: delivery.lastProblem,
  last_answer: delivery.lastAnswer,
});
