import { describe, expect, it } from "vitest";
import type { SecurityEvent } from "../model/security-event.ts";
import { type StoreBench, startMs, storedKeyOf, storedTenant } from "./store-rows.ts";

/** `SecurityEventStore`. */
export const securityEventsContract = (bench: StoreBench): void => {
  const { store, rows } = bench;
  const page = { limit: 50, after: null };
  const eventOf = (fields: Partial<SecurityEvent> = {}): SecurityEvent => ({
    id: rows.id("evt"),
    kind: "key.used_after_revocation",
    severity: "high",
    tenantId: null,
    subjectType: "key",
    subjectId: rows.id("key"),
    atMs: startMs,
    lastAtMs: startMs + 1,
    count: 3,
    details: { seen: ["REVOKED", "Grüße"] },
    ...fields,
  });

  describe("security events", () => {
    it("are given back as they were added, newest first, page by page", async () => {
      const { id: tenantId } = await storedTenant(bench);
      const events = [eventOf({ tenantId }), eventOf({ tenantId }), eventOf({ tenantId })];
      await store().securityEvents.add(events.slice(0, 1));
      await store().securityEvents.add(events.slice(1));
      await store().securityEvents.add([]);
      const first = await store().securityEvents.list({ tenantId }, { limit: 2, after: null });
      expect(first).toEqual({ items: [events[2], events[1]], after: events[1]?.id });
      expect(await store().securityEvents.list({ tenantId }, { limit: 2, after: first.after })).toEqual({ items: [events[0]], after: null });
    });

    it("are found by what they are about, and by when", async () => {
      const { id: tenantId } = await storedTenant(bench);
      const [wanted, other] = [eventOf({ tenantId }), eventOf({ tenantId, kind: "address.blocked", severity: "low", atMs: startMs + 10 })];
      await store().securityEvents.add([wanted, other]);
      const { kind, severity, subjectId } = wanted;
      for (const filter of [{ kind }, { severity }, { subjectId }, { toMs: startMs + 10 }]) {
        expect((await store().securityEvents.list({ tenantId, ...filter }, page)).items).toEqual([wanted]);
      }
      expect((await store().securityEvents.list({ tenantId, fromMs: startMs + 10 }, page)).items).toEqual([other]);
    });

    it("are a tenant's own, or the operators'", async () => {
      const [one, other] = [await storedTenant(bench), await storedTenant(bench)];
      const [own, operators] = [eventOf({ tenantId: one.id }), eventOf()];
      await store().securityEvents.add([own, operators]);
      const seen = async (tenantId: string) => (await store().forTenant(tenantId).securityEvents.list({}, page)).items;
      expect([await seen(one.id), await seen(other.id)]).toEqual([[own], []]);
      expect((await store().securityEvents.list({ subjectId: operators.subjectId }, page)).items).toEqual([operators]);
    });

    it("are pruned by age", async () => {
      const { id: tenantId } = await storedTenant(bench);
      const young = eventOf({ tenantId });
      await store().securityEvents.add([eventOf({ tenantId, atMs: 1 }), eventOf({ tenantId, atMs: 2 }), young]);
      expect(await store().securityEvents.prune(startMs, 1)).toBe(1);
      expect(await store().securityEvents.prune(startMs, 100)).toBe(1);
      expect((await store().securityEvents.list({ tenantId }, page)).items).toEqual([young]);
    });
  });

  describe("origins of keys", () => {
    it("are news where a key has been used before, and from elsewhere", async () => {
      const { id: tenantId } = await storedTenant(bench);
      const { row: key } = await storedKeyOf(bench, tenantId);
      const note = (...origins: readonly string[]) =>
        store().securityEvents.noteOrigins(
          origins.map((origin) => ({ keyId: key.id, origin })),
          startMs,
        );
      expect(await note("203.0.113.0/24", "203.0.113.0/24")).toEqual([]);
      expect(await note("203.0.113.0/24")).toEqual([]);
      expect(await note("198.51.100.0/24", "203.0.113.0/24")).toEqual([{ keyId: key.id, origin: "198.51.100.0/24", tenantId }]);
      expect(await note("198.51.100.0/24")).toEqual([]);
      expect(await store().securityEvents.noteOrigins([{ keyId: rows.id("key"), origin: "203.0.113.0/24" }], startMs)).toEqual([]);
    });

    it("are kept up to 100 for one key", async () => {
      const { row: key } = await storedKeyOf(bench, (await storedTenant(bench)).id);
      for (let made = 0; made < 105; made++) await store().securityEvents.noteOrigins([{ keyId: key.id, origin: `n${made}` }], startMs);
      expect(await store().securityEvents.noteOrigins([{ keyId: key.id, origin: "n104" }], startMs)).toEqual([]);
      expect(await store().securityEvents.noteOrigins([{ keyId: key.id, origin: "n50" }], startMs)).toEqual([]);
    });
  });
};
