import { describe, expect, it } from "vitest";
import type { Delivery, OutboxEvent, Webhook } from "../model/webhook.ts";
import type { ClaimRequest } from "../ports/delivery-store.ts";
import { type StoreBench, startMs, storedTenant } from "./store-rows.ts";

const page = { limit: 50, after: null };

/** `WebhookStore` and `DeliveryStore`. */
export const webhookStoreContract = (bench: StoreBench): void => {
  const { store, rows } = bench;
  const webhookOf = (fields: Partial<Webhook> = {}): Webhook => ({
    id: rows.id("whk"),
    tenantId: null,
    format: "standard",
    url: "https://hooks.example.com/in?a=b",
    description: "Grüße",
    events: ["key.created", "*"],
    state: "active",
    disabledReason: null,
    previousSecretUntilMs: null,
    failures: 0,
    failingSinceMs: null,
    pausedUntilMs: 0,
    isMailDue: false,
    createdAtMs: startMs,
    updatedAtMs: startMs,
    ...fields,
  });
  const storedWebhook = async (fields: Partial<Webhook> = {}): Promise<Webhook> => {
    const webhook = webhookOf(fields);
    await store().webhooks.insert(webhook);
    return webhook;
  };
  const storedDelivery = async (webhook: Webhook, fields: Partial<Delivery> = {}) => {
    const { tenantId } = webhook;
    const event: OutboxEvent = { id: rows.id("evt"), type: "key.created", tenantId, atMs: startMs, dueAtMs: startMs, data: { id: "key_1" }, count: null };
    const last = { lastAtMs: null, lastStatus: null, lastProblem: null, lastAnswer: null };
    const plan = { state: "pending", attempts: 0, nextAtMs: startMs, createdAtMs: startMs } as const;
    const delivery: Delivery = { id: rows.id("dlv"), webhookId: webhook.id, tenantId, eventId: event.id, type: event.type, ...plan, ...last, ...fields };
    await store().outbox.add([event]);
    await store().deliveries.add([delivery]);
    return { event, delivery };
  };
  const others = new Set<string>();
  const claimOf = (fields: Partial<ClaimRequest> = {}) =>
    store().deliveries.claim({ nowMs: startMs, leaseUntilMs: startMs + 60, limit: 50, perWebhook: 2, troubledFrom: 5, except: [...others], ...fields });
  /** What a test leaves behind is none of the next one's. */
  const put = (webhook: Webhook): void => void others.add(webhook.id);

  describe("webhooks", () => {
    it("are given back as they were stored, and changed, and gone when they are removed", async () => {
      const { id: tenantId } = await storedTenant(bench);
      const webhook = await storedWebhook({ tenantId });
      expect([await store().webhooks.find(webhook.id), await store().webhooks.lock(webhook.id)]).toEqual([webhook, webhook]);
      const changed: Webhook = { ...webhook, events: [], state: "disabled", disabledReason: "gone", previousSecretUntilMs: 1, failures: 2, failingSinceMs: 3 };
      await store().webhooks.update({ ...changed, pausedUntilMs: 4, isMailDue: true });
      expect(await store().webhooks.find(webhook.id)).toEqual({ ...changed, pausedUntilMs: 4, isMailDue: true });
      const { delivery } = await storedDelivery(webhook);
      await store().webhooks.remove(webhook.id);
      expect([await store().webhooks.find(webhook.id), await store().deliveries.find(delivery.id)]).toEqual([undefined, undefined]);
      await expect(store().webhooks.update(changed)).rejects.toThrow();
    });

    it("are listed and counted by tenant, and hear what they may", async () => {
      const [one, other] = [await storedTenant(bench), await storedTenant(bench)];
      const [first, second, foreign, operators] = [
        await storedWebhook({ tenantId: one.id }),
        await storedWebhook({ tenantId: one.id, state: "disabled", isMailDue: true }),
        await storedWebhook({ tenantId: other.id }),
        await storedWebhook(),
      ];
      const firstPage = await store().webhooks.list(one.id, { limit: 1, after: null });
      expect(firstPage).toEqual({ items: [second], after: second.id });
      expect((await store().webhooks.list(one.id, { limit: 1, after: firstPage.after })).items).toEqual([first]);
      expect((await store().webhooks.list(null, page)).items).toContainEqual(operators);
      const slack = await storedWebhook({ tenantId: one.id, format: "slack", events: [] });
      expect(await store().webhooks.find(slack.id)).toEqual(slack);
      expect((await store().webhooks.list(one.id, page)).items).not.toContainEqual(slack);
      expect(await store().webhooks.count(one.id)).toBe(2);
      const heard = await store().webhooks.listeners([one.id]);
      expect(heard.filter(({ tenantId, format }) => tenantId !== null && format === "standard")).toEqual([first]);
      expect(heard).toContainEqual(operators);
      expect((await store().webhooks.listeners([other.id])).filter(({ tenantId }) => tenantId !== null)).toEqual([foreign]);
      expect((await store().webhooks.listMailDue(50)).filter(({ tenantId }) => tenantId === one.id)).toEqual([second]);
      for (const webhook of [first, foreign, operators, slack]) put(webhook);
    });

    it("of another tenant are not there", async () => {
      const [one, other] = [await storedTenant(bench), await storedTenant(bench)];
      const webhook = await storedWebhook({ tenantId: other.id });
      const { delivery } = await storedDelivery(webhook);
      const bound = store().forTenant(one.id);
      expect([await bound.webhooks.find(webhook.id), await bound.webhooks.lock(webhook.id), await bound.deliveries.find(delivery.id)]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
      expect([(await bound.webhooks.list(other.id, page)).items, await bound.webhooks.count(other.id)]).toEqual([[], 0]);
      expect((await bound.deliveries.list({ webhookId: webhook.id }, page)).items).toEqual([]);
      await bound.webhooks.remove(webhook.id);
      await expect(bound.webhooks.insert(webhookOf({ tenantId: other.id }))).rejects.toThrow();
      await expect(bound.webhooks.insert(webhookOf())).rejects.toThrow();
      expect(await bound.deliveries.settle(delivery, 0)).toBe(false);
      expect(await store().webhooks.find(webhook.id)).toEqual(webhook);
      put(webhook);
    });
  });

  describe("deliveries", () => {
    it("are claimed once, oldest first, with all that they need, and again when the lease has ended", async () => {
      const webhook = await storedWebhook();
      const [late, early] = [await storedDelivery(webhook), await storedDelivery(webhook, { nextAtMs: startMs - 5 })];
      await storedDelivery(webhook, { nextAtMs: startMs + 1 });
      const claimed = await claimOf();
      expect(claimed).toEqual([early, late].map(({ event, delivery }) => ({ event, webhook, delivery: { ...delivery, attempts: 1, nextAtMs: startMs + 60 } })));
      expect(await claimOf()).toEqual([]);
      expect((await claimOf({ nowMs: startMs + 60, limit: 1 })).map(({ delivery }) => delivery.attempts)).toEqual([1]);
      put(webhook);
    });

    it("of one webhook leave room for another's; one in trouble gets one, one that is disabled, paused or excepted none", async () => {
      const [busy, troubled, quiet] = [await storedWebhook(), await storedWebhook({ failures: 5 }), await storedWebhook()];
      const closed = [await storedWebhook({ state: "disabled" }), await storedWebhook({ pausedUntilMs: startMs + 1 }), await storedWebhook()];
      for (const webhook of [busy, troubled, ...closed]) for (let made = 0; made < 3; made++) await storedDelivery(webhook);
      await storedDelivery(quiet);
      const claimed = await claimOf({ except: [...others, closed[2]?.id ?? ""] });
      expect(claimed.map(({ webhook }) => webhook.id).sort()).toEqual([busy.id, busy.id, troubled.id, quiet.id].sort());
      for (const webhook of [busy, troubled, quiet, ...closed]) put(webhook);
    });

    it("that are due are counted as waiting, with the oldest; those of webhooks that get none are not", async () => {
      const countTo = 10_000;
      const before = await store().deliveries.backlog(startMs, countTo);
      const open = await storedWebhook({ failures: 1 });
      const closed = await storedWebhook({ state: "disabled", disabledReason: "gone", failures: 9 });
      const resting = await storedWebhook({ failures: 5, pausedUntilMs: startMs + 1 });
      for (const webhook of [open, closed, resting]) await storedDelivery(webhook, { nextAtMs: 3 });
      await storedDelivery(open, { nextAtMs: startMs + 1 });
      const after = await store().deliveries.backlog(startMs, countTo);
      expect({ failing: after.failingWebhooks - before.failingWebhooks, disabled: after.disabledWebhooks - before.disabledWebhooks }).toEqual({
        failing: 2,
        disabled: 1,
      });
      // Four events, and the delivery of the open one.
      expect([after.waiting - before.waiting, after.oldestDueMs]).toEqual([5, 3]);
      expect((await store().deliveries.backlog(startMs, 1)).waiting).toBe(1);
      for (const webhook of [open, closed, resting]) await store().webhooks.remove(webhook.id);
    });

    it("are settled by whoever made the last attempt alone, listed by state, and pruned by age", async () => {
      const webhook = await storedWebhook();
      const [first, second] = [await storedDelivery(webhook), await storedDelivery(webhook, { createdAtMs: 5 })];
      const done: Delivery = { ...first.delivery, state: "delivered", attempts: 3, lastAtMs: 7, lastStatus: 200, lastProblem: "p", lastAnswer: "a" };
      expect(await store().deliveries.settle(done, 1)).toBe(false);
      expect(await store().deliveries.settle(done, 0)).toBe(true);
      expect(await store().deliveries.find(done.id)).toEqual(done);
      expect((await store().deliveries.list({ webhookId: webhook.id, state: "delivered" }, page)).items).toEqual([done]);
      const firstPage = await store().deliveries.list({ webhookId: webhook.id }, { limit: 1, after: null });
      expect(firstPage).toEqual({ items: [second.delivery], after: second.delivery.id });
      expect((await store().deliveries.list({ webhookId: webhook.id }, { limit: 1, after: firstPage.after })).items).toEqual([done]);
      expect(await store().deliveries.prune(6, 10)).toBe(1);
      expect(await store().deliveries.find(second.delivery.id)).toBeUndefined();
      put(webhook);
    });
  });
};
