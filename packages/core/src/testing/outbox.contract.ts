import { describe, expect, it } from "vitest";
import type { OutboxEvent } from "../model/webhook.ts";
import { expiryEventId } from "../ports/outbox.ts";
import { type StoreBench, startMs, storedKeyOf, storedTenant } from "./store-rows.ts";

/** `Outbox`. */
export const outboxContract = (bench: StoreBench): void => {
  const { store, rows } = bench;
  // A time of each test's own: what other tests leave is due at another.
  const times = { nextMs: 1_000 };
  const eventOf = (fields: Partial<OutboxEvent> = {}): OutboxEvent => {
    const event = { id: rows.id("evt"), type: "key.updated", tenantId: null, atMs: startMs, dueAtMs: times.nextMs, count: null } as const;
    return { ...event, data: { id: "key_1", after: { name: "Grüße", scopes: [] } }, ...fields };
  };
  const takeAll = async (): Promise<readonly OutboxEvent[]> => {
    times.nextMs += 1;
    return store().outbox.take(times.nextMs - 1, 1_000);
  };

  describe("the outbox", () => {
    it("gives each event once, as it was added, oldest first", async () => {
      const [first, second, later] = [eventOf({ dueAtMs: 5 }), eventOf(), eventOf({ dueAtMs: startMs })];
      await store().outbox.add([second, first, later]);
      await store().outbox.add([]);
      expect(await store().outbox.take(times.nextMs, 1)).toEqual([first]);
      expect(await takeAll()).toEqual([second]);
      expect(await takeAll()).toEqual([]);
    });

    it("has nothing of what was rolled back, and gives back what was taken by who was", async () => {
      const event = eventOf();
      await expect(
        store().transaction(async ({ outbox }) => {
          await outbox.add([event]);
          throw new Error("rolled back");
        }),
      ).rejects.toThrow("rolled back");
      await store().outbox.add([{ ...event, type: "key.revoked" }]);
      await expect(
        store().transaction(async ({ outbox }) => {
          expect(await outbox.take(times.nextMs, 10)).toHaveLength(1);
          throw new Error("rolled back");
        }),
      ).rejects.toThrow("rolled back");
      expect(await takeAll()).toEqual([{ ...event, type: "key.revoked" }]);
    });

    it("takes as many at once as a flood of refusals leaves, or none of them", async () => {
      const many = Array.from({ length: 10_000 }, () => eventOf({ count: 1, data: {} }));
      await expect(
        store().transaction(async ({ outbox }) => {
          await outbox.add(many);
          throw new Error("rolled back");
        }),
      ).rejects.toThrow("rolled back");
      await store().outbox.add(many);
      await store().outbox.add(many);
      const taken = await store().outbox.take(times.nextMs, 20_000);
      expect([taken.length, taken.every(({ count }) => count === 2)]).toEqual([10_000, true]);
      times.nextMs += 1;
    });

    it("gathers counts under one id until the event has left", async () => {
      const event = eventOf({ count: 2 });
      await store().outbox.add([event, { ...event, count: 3 }]);
      await store().outbox.add([{ ...event, count: 5 }]);
      expect(await takeAll()).toEqual([{ ...event, count: 10 }]);
      await store().outbox.add([{ ...event, count: 5 }]);
      expect(await takeAll()).toEqual([]);
    });

    it("keeps the first of an id that counts nothing", async () => {
      const event = eventOf();
      await store().outbox.add([event]);
      await store().outbox.add([{ ...event, type: "key.revoked" }]);
      expect(await takeAll()).toEqual([event]);
    });

    it("knows whose end has not been told", async () => {
      const { id: tenantId } = await storedTenant(bench);
      const { row: ended } = await storedKeyOf(bench, tenantId, { expiresAtMs: 2_000 });
      await storedKeyOf(bench, tenantId, { expiresAtMs: 2_000, state: "revoked" });
      await storedKeyOf(bench, tenantId, { expiresAtMs: 3_001 });
      await storedKeyOf(bench, tenantId, { expiresAtMs: 1_500 });
      const range = { fromMs: 1_500, toMs: 3_000 };
      const key = { id: ended.id, tenantId, expiresAtMs: 2_000 };
      expect(await store().outbox.expiredKeys(range, 10)).toEqual([key]);
      await store().outbox.add([eventOf({ id: expiryEventId(key), type: "key.expired" })]);
      expect(await store().outbox.expiredKeys(range, 10)).toEqual([]);
      await takeAll();
    });

    it("is pruned by age, and shows a tenant its own alone", async () => {
      const [one, other] = [await storedTenant(bench), await storedTenant(bench)];
      await store().outbox.add([eventOf({ atMs: 1 }), eventOf({ atMs: 1 })]);
      expect(await store().outbox.prune(2, 1)).toBe(1);
      expect(await store().outbox.prune(2, 10)).toBe(1);
      const own = eventOf({ tenantId: one.id });
      await store().forTenant(one.id).outbox.add([own]);
      await expect(
        store()
          .forTenant(one.id)
          .outbox.add([eventOf({ tenantId: other.id })]),
      ).rejects.toThrow();
      expect(await store().forTenant(other.id).outbox.take(times.nextMs, 10)).toEqual([]);
      expect(await takeAll()).toEqual([own]);
    });
  });
};
