import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import type { Actor } from "../model/audit.ts";
import type { Delivery, OutboxEvent, Webhook } from "../model/webhook.ts";
import type { Clock } from "../ports/clock.ts";
import type { DeliveryFilter } from "../ports/delivery-store.ts";
import type { Page, PageRequest } from "../ports/page.ts";
import type { Random } from "../ports/random.ts";
import type { Store } from "../ports/store.ts";
import { getWebhook, lockWebhook } from "./webhooks.ts";

interface DeliveryDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
}

const eventsPerRun = 200;

/** Puts events that are due on their way to each webhook that listens to them, each event once; answers how many events. */
export const dispatchEvents = (deps: DeliveryDeps): Promise<number> =>
  deps.store.transaction(async (stores) => {
    const nowMs = deps.clock.nowMs();
    const events = await stores.outbox.take(nowMs, eventsPerRun);
    if (events.length === 0) return 0;
    const tenantIds = new Set(events.flatMap(({ tenantId }) => (tenantId === null ? [] : [tenantId])));
    const webhooks = await stores.webhooks.listeners([...tenantIds]);
    await stores.deliveries.add(
      events.flatMap((event) => webhooks.filter((webhook) => hears(webhook, event)).map((webhook) => planDelivery(deps, webhook, event))),
    );
    return events.length;
  });

const hears = ({ tenantId, events }: Webhook, event: OutboxEvent): boolean =>
  (tenantId === null || tenantId === event.tenantId) && (events.includes("*") || events.includes(event.type));

/** A delivery to be tried now. */
export const planDelivery = (
  { clock, random }: Pick<DeliveryDeps, "clock" | "random">,
  { id: webhookId, tenantId }: Webhook,
  { id: eventId, type }: OutboxEvent,
): Delivery => {
  const nowMs = clock.nowMs();
  const times = { nextAtMs: nowMs, createdAtMs: nowMs, lastAtMs: null };
  return {
    id: newId(random, "dlv"),
    webhookId,
    tenantId,
    eventId,
    type,
    state: "pending",
    attempts: 0,
    ...times,
    lastStatus: null,
    lastProblem: null,
    lastAnswer: null,
  };
};

export const listDeliveries = async (
  deps: Pick<DeliveryDeps, "store">,
  { actor, filter, page }: { readonly actor: Actor; readonly filter: DeliveryFilter; readonly page: PageRequest },
): Promise<Page<Delivery>> => {
  const { id } = await getWebhook(deps, actor, filter.webhookId);
  return deps.store.deliveries.list({ ...filter, webhookId: id }, page);
};

const requireActive = (webhook: Webhook): void => {
  if (webhook.state !== "active") throw new AppError("WEBHOOK_DISABLED");
};

/** Puts an event on its way that is for this webhook alone. */
export const testWebhook = (deps: DeliveryDeps, actor: Actor, webhookId: string): Promise<Delivery> =>
  deps.store.transaction(async (stores) => {
    const webhook = await lockWebhook(stores, actor, webhookId);
    requireActive(webhook);
    const nowMs = deps.clock.nowMs();
    const times = { atMs: nowMs, dueAtMs: neverDue };
    const data = { webhook_id: webhookId };
    const event: OutboxEvent = { id: newId(deps.random, "evt"), type: "webhook.test", tenantId: webhook.tenantId, ...times, data, count: null };
    await stores.outbox.add([event]);
    const delivery = planDelivery(deps, webhook, event);
    await stores.deliveries.add([delivery]);
    return delivery;
  });

/** An event that goes one way alone is never dispatched: the year 9999. */
export const neverDue = 253_402_300_799_000;

export interface ReplayRequest {
  readonly actor: Actor;
  readonly webhookId: string;
  readonly deliveryId: string;
}

/** Sends an event again, now, whatever has come of it; with all its retries. */
export const replayDelivery = (deps: DeliveryDeps, { actor, webhookId, deliveryId }: ReplayRequest): Promise<Delivery> =>
  deps.store.transaction(async (stores) => {
    requireActive(await lockWebhook(stores, actor, webhookId));
    const before = await stores.deliveries.find(deliveryId);
    if (before?.webhookId !== webhookId) throw new AppError("NOT_FOUND");
    const after: Delivery = { ...before, state: "pending", attempts: 0, nextAtMs: deps.clock.nowMs() };
    // An attempt that is under way has the last word.
    return (await stores.deliveries.settle(after, before.attempts)) ? after : before;
  });
