import { auditActionIds, outboxEvents } from "@keywright/contract";
import { describe, expect, it } from "vitest";
import { auditEntry, systemActor } from "../audit.ts";
import type { AuditEntry } from "../model/audit.ts";
import type { UsageMove } from "../model/usage.ts";
import { openCore } from "../testing/open-core.ts";
import { createRows } from "../testing/store-rows.ts";
import { eventOfAction, eventOfEntry } from "./event-of-entry.ts";
import { feedOutbox } from "./feed-outbox.ts";
import { tellExpiries } from "./tell-expiries.ts";

const rows = createRows();
const hourMs = 3_600_000;

const openFed = async () => {
  const core = await openCore();
  const store = feedOutbox(core.store, core);
  const left = () => core.store.outbox.take(core.clock.nowMs(), 100);
  return { ...core, store, left };
};

describe("an entry of the audit log", () => {
  it.each(auditActionIds)("of %s makes the event that is decided on, or none", (action) => {
    const event = eventOfEntry(rows.entry({ action }), () => "evt_1");
    const type = eventOfAction[action];
    expect(event?.type ?? null).toBe(type);
    if (type !== null) expect(Object.keys(outboxEvents[type].data.properties)).toEqual(Object.keys(event?.data ?? {}));
  });

  it("of no action that is known makes none, and what is too long for an event is left out of it", () => {
    expect(eventOfEntry(rows.entry({ action: "toString" }), () => "evt_1")).toBeUndefined();
    const entry = rows.entry({ before: { text: "x".repeat(7_000) }, after: { name: "short" } });
    expect(eventOfEntry(entry, () => "evt_1")?.data).toMatchObject({ before: null, after: { name: "short" } });
  });
});

describe("a store that feeds its outbox", () => {
  const entryOf = (core: Awaited<ReturnType<typeof openFed>>): AuditEntry =>
    auditEntry(core, { actor: systemActor, tenantId: "ten_1", action: "key.revoked", target: { type: "key", id: "key_1" }, reason: "leaked" });

  it("puts a change's event beside its entry, and neither where it is rolled back", async () => {
    const core = await openFed();
    await core.store.transaction((stores) => stores.audit.append(entryOf(core)));
    await core.store.audit.append(entryOf(core));
    const failing = core.store.forTenant("ten_1").transaction(async (stores) => {
      await stores.audit.append(entryOf(core));
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    const events = await core.left();
    expect(events.map(({ type, tenantId, data }) => [type, tenantId, data["id"], data["reason"]])).toEqual([
      ["key.revoked", "ten_1", "key_1", "leaked"],
      ["key.revoked", "ten_1", "key_1", "leaked"],
    ]);
    expect(new Set(events.map(({ id }) => id)).size).toBe(2);
  });

  it("tells of refusals for want of budget once a key, kind and minute, with their number", async () => {
    const core = await openFed();
    const moveOf = (outcome: string, requests: number): UsageMove => ({
      id: rows.id("mov"),
      counts: ["/a", "/b"].map((endpoint) => ({ keyId: "key_1", tenantId: null, hourMs: 0, endpoint, outcome, requests })),
      lastUses: [],
      budgets: [],
    });
    const repeated = moveOf("RATE_LIMITED", 500_000);
    for (const move of [repeated, repeated, moveOf("RATE_LIMITED", 1), moveOf("QUOTA_EXCEEDED", 2), moveOf("VALID", 9)]) await core.store.usage.apply(move);
    expect(await core.left()).toEqual([]);
    core.advance(2 * 60_000);
    expect((await core.left()).map(({ type, count }) => [type, count])).toEqual([
      ["key.limit_exceeded", 1_000_002],
      ["key.quota_reached", 4],
    ]);
  });

  it("gives security events on under their own id", async () => {
    const core = await openFed();
    const event = {
      severity: "high",
      tenantId: null,
      subjectType: "key",
      subjectId: "key_1",
      atMs: 1,
      lastAtMs: 2,
      count: 3,
      details: { seen: ["x"] },
    } as const;
    await core.store.securityEvents.add([
      { ...event, id: "evt_1", kind: "key.used_after_revocation" },
      { ...event, id: "evt_2", kind: "refusals.burst" },
    ]);
    const events = await core.left();
    expect(events.map(({ id, type }) => [id, type])).toEqual([
      ["evt_1", "key.used_after_revocation"],
      ["evt_2", "security_event.noticed"],
    ]);
    for (const { type, data } of events) expect(Object.keys(data)).toEqual(Object.keys(outboxEvents[type].data.properties));
  });

  it("tells the end of a key once, and none of one that was revoked", async () => {
    const core = await openFed();
    const nowMs = core.clock.nowMs();
    await core.store.keys.insert(rows.key({ id: "key_ends", expiresAtMs: nowMs + hourMs }));
    await core.store.keys.insert(rows.key({ id: "key_revoked", expiresAtMs: nowMs + hourMs, state: "revoked" }));
    expect(await tellExpiries(core)).toBe(0);
    core.advance(hourMs);
    expect(await Promise.all([tellExpiries(core), tellExpiries(core)])).toEqual([1, 0]);
    expect((await core.left()).map(({ type, data }) => [type, data["id"]])).toEqual([["key.expired", "key_ends"]]);
    core.advance(28 * 24 * hourMs);
    expect([await tellExpiries(core), await core.left()]).toEqual([0, []]);
  });
});
