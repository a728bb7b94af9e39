import type { Delivery, Webhook } from "../model/webhook.ts";
import type { Backlog, ClaimedDelivery, ClaimRequest, DeliveryStore } from "../ports/delivery-store.ts";
import type { WebhookStore } from "../ports/webhook-store.ts";
import { addRow, pageById, replaceRow, type StoreAccess, type StoreState } from "./store-state.ts";

const idOf = ({ id }: { readonly id: string }): string => id;
const rising = (a: { readonly id: string }, b: { readonly id: string }): number => (a.id < b.id ? -1 : 1);

export const memoryWebhooks = ({ read, write }: StoreAccess) =>
  ({
    insert: (webhook) => write((state) => addRow(state.webhooks, webhook.id, webhook)),
    update: (webhook) => write((state) => replaceRow(state.webhooks, webhook.id, webhook)),
    remove: (id) =>
      write((state) => {
        state.webhooks.delete(id);
        for (const delivery of state.deliveries.values()) if (delivery.webhookId === id) state.deliveries.delete(delivery.id);
      }),
    find: (id) => read((state) => state.webhooks.get(id)),
    lock: (id) => read((state) => state.webhooks.get(id)),
    list: (tenantId, page) => read((state) => pageById(ofTenant(state, tenantId), idOf, page)),
    count: (tenantId) => read((state) => ofTenant(state, tenantId).length),
    listeners: (tenantIds) =>
      read((state) =>
        [...state.webhooks.values()]
          .filter((webhook) => webhook.state === "active" && (webhook.tenantId === null || tenantIds.includes(webhook.tenantId)))
          .sort(rising),
      ),
    listMailDue: (limit) => read((state) => [...state.webhooks.values()].filter(({ isMailDue }) => isMailDue).slice(0, limit)),
  }) satisfies WebhookStore;

const ofTenant = (state: StoreState, tenantId: string | null): readonly Webhook[] =>
  [...state.webhooks.values()].filter((webhook) => webhook.tenantId === tenantId && webhook.format === "standard");

export const memoryDeliveries = ({ read, write }: StoreAccess) =>
  ({
    add: (deliveries) =>
      write((state) => {
        for (const delivery of deliveries) addRow(state.deliveries, delivery.id, delivery);
      }),
    find: (id) => read((state) => state.deliveries.get(id)),
    list: ({ webhookId, state: wanted }, page) =>
      read((state) => {
        const matching = [...state.deliveries.values()].filter((one) => one.webhookId === webhookId && (wanted === undefined || one.state === wanted));
        return pageById(matching, idOf, page);
      }),
    claim: (request) => write((state) => claim(state, request)),
    backlog: (nowMs, countTo) => read((state) => backlogOf(state, nowMs, countTo)),
    settle: (delivery, attempt) =>
      write((state) => {
        if (state.deliveries.get(delivery.id)?.attempts !== attempt) return false;
        state.deliveries.set(delivery.id, delivery);
        return true;
      }),
    prune: (beforeMs, limit) =>
      write((state) => {
        const old = [...state.deliveries.values()].filter(({ createdAtMs }) => createdAtMs < beforeMs).slice(0, limit);
        for (const { id } of old) state.deliveries.delete(id);
        return old.length;
      }),
  }) satisfies DeliveryStore;

const backlogOf = (state: StoreState, nowMs: number, countTo: number): Backlog => {
  const webhooks = [...state.webhooks.values()];
  const open = new Set(webhooks.filter(({ state: is, pausedUntilMs }) => is === "active" && pausedUntilMs <= nowMs).map(({ id }) => id));
  const events = [...state.outbox.values()].filter(({ isGone }) => !isGone).map(({ event }) => event.dueAtMs);
  const deliveries = [...state.deliveries.values()]
    .filter(({ state: is, webhookId }) => is === "pending" && open.has(webhookId))
    .map(({ nextAtMs }) => nextAtMs);
  const due = [...events, ...deliveries].filter((atMs) => atMs <= nowMs);
  return {
    waiting: Math.min(due.length, countTo),
    oldestDueMs: due.length === 0 ? null : Math.min(...due),
    failingWebhooks: webhooks.filter(({ state: is, failures }) => is === "active" && failures > 0).length,
    disabledWebhooks: webhooks.filter(({ disabledReason }) => disabledReason !== null).length,
  };
};

const claim = (state: StoreState, request: ClaimRequest): readonly ClaimedDelivery[] => {
  const { nowMs, leaseUntilMs, limit, except } = request;
  const open = [...state.webhooks.values()].filter(({ id, state: is, pausedUntilMs }) => is === "active" && pausedUntilMs <= nowMs && !except.includes(id));
  const claimed = open
    .flatMap((webhook) => dueOf(state, webhook, request))
    .sort((a, b) => soonest(a.delivery, b.delivery))
    .slice(0, limit)
    .map((found) => ({ ...found, delivery: { ...found.delivery, attempts: found.delivery.attempts + 1, nextAtMs: leaseUntilMs } }));
  for (const { delivery } of claimed) state.deliveries.set(delivery.id, delivery);
  return claimed;
};

const soonest = (a: Delivery, b: Delivery): number => a.nextAtMs - b.nextAtMs || rising(a, b);

const dueOf = (state: StoreState, webhook: Webhook, { nowMs, perWebhook, troubledFrom }: ClaimRequest): readonly ClaimedDelivery[] =>
  [...state.deliveries.values()]
    .filter((delivery) => delivery.webhookId === webhook.id && delivery.state === "pending" && delivery.nextAtMs <= nowMs)
    .sort(soonest)
    .slice(0, webhook.failures >= troubledFrom ? 1 : perWebhook)
    .flatMap((delivery) => {
      const event = state.outbox.get(delivery.eventId)?.event;
      return event === undefined ? [] : [{ delivery, webhook, event }];
    });
