import Type, { type Static } from "typebox";
import { outboxEventTypes } from "../outbox-events.ts";
import { TenantId } from "./key.ts";
import { bounds } from "./limits.ts";
import { paging } from "./paging.ts";
import { closed, id, nullable, text, time } from "./text.ts";

const ofTenant = { tenant_id: Type.Optional(TenantId) };
export const WebhookId = id("whk", "The webhook's id.");
export const DeliveryId = id("dlv", "The delivery's id.");

/** `webhook.test` is listened to by nobody: it is sent where it was asked for. */
const listened = outboxEventTypes.filter((type) => type !== "webhook.test");
const Events = Type.Array(
  Type.Unsafe<string>(
    Type.Union(
      ["*", ...listened].map((type) => Type.Literal(type)),
      { description: "A type of docs/webhook-events.md, or * for all of them." },
    ),
  ),
  { minItems: 1, maxItems: listened.length, uniqueItems: true, description: "What it is told of." },
);
const Url = Type.String({
  minLength: 1,
  maxLength: bounds.webhookUrl,
  description: "Where events are posted to: https, of the internet, without user or password.",
});
const Description = text(bounds.name, "What it is for.", 0);
const State = Type.Union([Type.Literal("active"), Type.Literal("disabled")]);

export const Webhook = Type.Object({
  id: WebhookId,
  tenant_id: nullable(Type.String(), { description: "null: the operator's, which hears of every tenant." }),
  url: Type.String(),
  description: Type.String(),
  events: Type.Array(Type.String()),
  status: State,
  disabled_reason: nullable(Type.Union([Type.Literal("failing"), Type.Literal("gone")]), {
    description: "failing: three days without one success; gone: the target answered 410; null: it is active, or a person disabled it.",
  }),
  failures: Type.Integer({ description: "Attempts that have failed since the last success." }),
  failing_since: nullable(time("The first of them.")),
  paused_until: nullable(time("Its circuit is open: nothing is sent to it before.")),
  previous_secret_until: nullable(time("Until when the secret before the current one signs too.")),
  created_at: time("When it was created."),
  updated_at: time("When it last changed."),
});
export type Webhook = Static<typeof Webhook>;
const secret = Type.String({ description: "The signing secret, whsec_…. Shown here and never again." });
export const CreatedWebhook = Type.Object({ ...Webhook.properties, secret });
export const CreateWebhook = Type.Object({ ...ofTenant, url: Url, events: Events, description: Type.Optional(Description) }, closed);
export const UpdateWebhook = Type.Object(
  {
    url: Type.Optional(Url),
    events: Type.Optional(Events),
    description: Type.Optional(Description),
    status: Type.Optional(State),
  },
  { ...closed, minProperties: 1 },
);
export const ListWebhooksQuery = Type.Object({ ...ofTenant, ...paging }, closed);
export const DeletedWebhook = Type.Object({ id: WebhookId, status: Type.Literal("deleted") });

const DeliveryStatus = Type.Union([Type.Literal("pending"), Type.Literal("delivered"), Type.Literal("failed")], {
  description: "failed: given up; it can be replayed.",
});
export const Delivery = Type.Object({
  id: DeliveryId,
  webhook_id: WebhookId,
  event_id: Type.String({ description: "The `webhook-id` of every attempt." }),
  type: Type.String(),
  status: DeliveryStatus,
  attempts: Type.Integer(),
  next_attempt_at: nullable(time("When it is tried next, at the earliest.")),
  created_at: time("When it was put on its way."),
  last_attempt_at: nullable(time("When it was last tried.")),
  last_status: nullable(Type.Integer(), { description: "The HTTP status of the last answer." }),
  last_problem: nullable(Type.String(), { description: "Why the last attempt has failed." }),
  last_answer: nullable(Type.String(), { description: "How the last answer began, at most 200 characters." }),
});
export type Delivery = Static<typeof Delivery>;
export const ListDeliveriesQuery = Type.Object({ status: Type.Optional(DeliveryStatus), ...paging }, closed);
