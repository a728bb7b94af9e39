import { describe, expect, it } from "vitest";
import type { Alert, AlertMute, AlertSettings } from "../model/alert.ts";
import type { SecurityEvent } from "../model/security-event.ts";
import { monthOf } from "../rules/month.ts";
import { type StoreBench, startMs, storedKeyOf, storedTenant } from "./store-rows.ts";

const page = { limit: 50, after: null };
const hourMs = 3_600_000;

/** `AlertStore`, `AlertRuleStore` and `AlertFacts`. */
export const alertStoreContract = (bench: StoreBench): void => {
  const { store, rows } = bench;
  const alertOf = (fields: Partial<Alert> = {}): Alert => ({
    id: rows.id("alr"),
    rule: "key.refusals",
    tenantId: null,
    subjectType: "key",
    subjectId: rows.id("key"),
    value: 700,
    threshold: 500,
    detail: "Grüße, RATE_LIMITED",
    isMuted: false,
    isEventTold: true,
    mailDue: "none",
    startedAtMs: startMs,
    lastSeenAtMs: startMs,
    endedAtMs: null,
    acknowledgedAtMs: null,
    acknowledgedBy: null,
    ...fields,
  });
  const stored = async (fields: Partial<Alert> = {}): Promise<Alert> => {
    const alert = alertOf(fields);
    expect(await store().alerts.insert(alert)).toBe(true);
    return alert;
  };
  const endAll = async (): Promise<void> => {
    for (const alert of (await store().alerts.listOpen({ limit: 1_000, after: null })).items) await store().alerts.update({ ...alert, endedAtMs: startMs });
  };

  describe("alerts", () => {
    it("are given back as they were stored and changed; of a topic one at most is open", async () => {
      const { id: tenantId } = await storedTenant(bench);
      const alert = await stored({ tenantId });
      expect([await store().alerts.find(alert.id), await store().alerts.lock(alert.id)]).toEqual([alert, alert]);
      const again = alertOf({ tenantId, subjectId: alert.subjectId });
      expect(await store().alerts.insert(again)).toBe(false);
      expect(await store().alerts.find(again.id)).toBeUndefined();
      for (const fields of [{ tenantId: null }, { tenantId, rule: "key.unused" as const }]) await stored({ subjectId: alert.subjectId, ...fields });
      const ended: Alert = { ...alert, value: 9, isMuted: true, isEventTold: false, mailDue: "both", lastSeenAtMs: 5, endedAtMs: 6 };
      const done: Alert = { ...ended, acknowledgedAtMs: 7, acknowledgedBy: { type: "member", id: null }, detail: null };
      await store().alerts.update(done);
      expect(await store().alerts.find(alert.id)).toEqual(done);
      expect(await store().alerts.insert(again)).toBe(true);
      await expect(store().alerts.update(alertOf())).rejects.toThrow();
      await store().alerts.update({ ...done, mailDue: "none" });
    });

    it("are opened once by those who do so at once", async () => {
      const subjectId = rows.id("key");
      const opened = await Promise.all([1, 2, 3].map(() => store().transaction((stores) => stores.alerts.insert(alertOf({ subjectId })))));
      expect(opened.filter((one) => one)).toHaveLength(1);
    });

    it("are listed by tenant, newest first, and filtered", async () => {
      const [one, other] = [await storedTenant(bench), await storedTenant(bench)];
      const first = await stored({ tenantId: one.id, rule: "key.unused", startedAtMs: startMs - 10 });
      const second = await stored({ tenantId: one.id, acknowledgedAtMs: 1, acknowledgedBy: { type: "operator", id: "acc" } });
      const third = await stored({ tenantId: one.id, endedAtMs: startMs + 5 });
      await stored({ tenantId: other.id });
      const list = async (fields: object) => (await store().alerts.list({ tenantId: one.id, ...fields }, page)).items;
      expect(await list({})).toEqual([third, second, first]);
      expect(await list({ state: "open" })).toEqual([first]);
      expect(await list({ state: "acknowledged" })).toEqual([second]);
      expect(await list({ state: "ended" })).toEqual([third]);
      expect(await list({ rule: "key.unused" })).toEqual([first]);
      expect(await list({ subjectId: third.subjectId })).toEqual([third]);
      expect(await list({ fromMs: startMs - 10, toMs: startMs })).toEqual([first]);
      const firstPage = await store().alerts.list({ tenantId: one.id }, { limit: 2, after: null });
      expect(firstPage).toEqual({ items: [third, second], after: second.id });
      expect((await store().alerts.list({ tenantId: one.id }, { limit: 2, after: firstPage.after })).items).toEqual([first]);
      expect((await store().alerts.list({ tenantId: null }, page)).items.every(({ tenantId }) => tenantId === null)).toBe(true);
    });

    it("of a topic are found by the open one, or else the one that has ended last", async () => {
      const { id: tenantId } = await storedTenant(bench);
      const topic = { tenantId, subjectId: rows.id("key") };
      await stored({ ...topic, endedAtMs: startMs + 9 });
      const last = await stored({ ...topic, endedAtMs: startMs + 10 });
      await stored({ ...topic, endedAtMs: startMs + 8 });
      const [foreign, own] = [await stored({ subjectId: topic.subjectId }), await stored({ tenantId })];
      expect(await store().alerts.latest([{ ...last }])).toEqual([last]);
      const open = await stored(topic);
      const found = await store().alerts.latest([open, own, foreign, alertOf()]);
      expect(found.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual([foreign, own, open]);
      expect(await store().alerts.latest([])).toEqual([]);
    });

    it("that are open are walked through, those that mails are due of found, and ended ones pruned", async () => {
      await endAll();
      const [first, second] = [await stored({ mailDue: "start" }), await stored()];
      const old = await stored({ endedAtMs: 5, mailDue: "end" });
      const firstPage = await store().alerts.listOpen({ limit: 1, after: null });
      expect(firstPage).toEqual({ items: [first], after: first.id });
      expect(await store().alerts.listOpen({ limit: 1, after: first.id })).toEqual({ items: [second], after: null });
      expect(await store().alerts.listMailDue(10)).toEqual([first, old]);
      expect(await store().alerts.listMailDue(1)).toEqual([first]);
      expect(await store().alerts.prune(7, 10)).toBe(2);
      expect([await store().alerts.find(old.id), await store().alerts.find(first.id)]).toEqual([undefined, first]);
      await store().alerts.update({ ...first, mailDue: "none", endedAtMs: startMs });
    });

    it("are looked at by one of several, once in a while; a clock that goes back far begins anew", async () => {
      const { alerts } = store();
      const begun = await Promise.all([1, 2, 3].map(() => alerts.beginPass(startMs, 1_000)));
      expect(begun.filter((cursors) => cursors !== undefined)).toEqual([{}]);
      await alerts.endPass({ ages: "key_1" });
      expect(await alerts.beginPass(startMs + 999, 1_000)).toBeUndefined();
      expect(await alerts.beginPass(startMs - 999, 1_000)).toBeUndefined();
      expect(await alerts.beginPass(startMs + 1_000, 1_000)).toEqual({ ages: "key_1" });
      expect(await alerts.beginPass(startMs - 5_000, 1_000)).toEqual({ ages: "key_1" });
    });

    it("of another tenant are not there, nor its settings and mutes", async () => {
      const [one, other] = [await storedTenant(bench), await storedTenant(bench)];
      const alert = await stored({ tenantId: other.id });
      const mute: AlertMute = { id: rows.id("mut"), tenantId: other.id, subjectId: "s", rule: null, untilMs: null, reason: null, createdAtMs: startMs };
      await store().alertRules.insertMute(mute);
      await store().alertRules.saveSettings({ tenantId: other.id, rule: "key.unused", choices: {}, slack: null, mutedUntilMs: null });
      const bound = store().forTenant(one.id);
      expect([await bound.alerts.find(alert.id), await bound.alerts.lock(alert.id), await bound.alertRules.findMute(mute.id)]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
      expect([(await bound.alerts.list({ tenantId: other.id }, page)).items, await bound.alertRules.settingsOf([other.id, null])]).toEqual([[], []]);
      await expect(bound.alerts.insert(alertOf({ tenantId: other.id }))).rejects.toThrow();
      await expect(bound.alerts.insert(alertOf())).rejects.toThrow();
      await expect(bound.alertRules.insertMute({ ...mute, id: rows.id("mut"), tenantId: null })).rejects.toThrow();
      await bound.alertRules.removeMute(mute.id);
      expect(await store().alertRules.findMute(mute.id)).toEqual(mute);
      expect(await bound.alerts.insert(alertOf({ tenantId: one.id }))).toBe(true);
    });
  });

  describe("rules of alerts", () => {
    it("have settings of each tenant, which are replaced", async () => {
      const { id: tenantId } = await storedTenant(bench);
      const choices = { isEnabled: false, thresholds: { refusals: 200 }, channels: ["slack"] } as const;
      const settings: AlertSettings = { tenantId, rule: "key.refusals", choices, slack: { webhookId: "whk_1", host: "h" }, mutedUntilMs: 5 };
      const operators: AlertSettings = { tenantId: null, rule: "key.refusals", choices: { thresholds: { refusals: 150 } }, slack: null, mutedUntilMs: null };
      await store().alertRules.saveSettings(settings);
      await store().alertRules.saveSettings(operators);
      expect(await store().alertRules.settingsOf([tenantId])).toEqual([settings]);
      expect(await store().alertRules.settingsOf([null])).toEqual([operators]);
      expect((await store().alertRules.lowestThresholds())["key.refusals"]).toBe(150);
      const replaced: AlertSettings = { ...settings, choices: {}, slack: null, mutedUntilMs: null };
      await store().alertRules.saveSettings(replaced);
      await store().alertRules.saveSettings({ ...operators, choices: {} });
      expect(await store().alertRules.settingsOf([tenantId])).toEqual([replaced]);
      expect((await store().alertRules.lowestThresholds())["key.refusals"]).toBeUndefined();
    });

    it("are muted by subject, for a while or for ever", async () => {
      const { id: tenantId } = await storedTenant(bench);
      const subjectId = rows.id("key");
      const mute = { tenantId, subjectId, rule: "key.unused", untilMs: startMs, reason: "r", createdAtMs: 1 } as const;
      const [short, forever]: readonly AlertMute[] = [
        { ...mute, id: rows.id("mut") },
        { ...mute, id: rows.id("mut"), rule: null, untilMs: null, reason: null },
      ] as const;
      for (const one of [short, forever]) if (one !== undefined) await store().alertRules.insertMute(one);
      const listed = async (nowMs: number) => (await store().alertRules.listMutes({ tenantId, nowMs }, page)).items;
      expect(await listed(startMs - 1)).toEqual([forever, short]);
      expect(await listed(startMs)).toEqual([forever]);
      expect(await store().alertRules.countMutes(tenantId, startMs - 1)).toBe(2);
      expect(await store().alertRules.mutesOf([subjectId, "other"], startMs)).toEqual([forever]);
      expect(await store().alertRules.pruneMutes(startMs + 1, 10)).toBeGreaterThanOrEqual(1);
      expect(await store().alertRules.findMute(short?.id ?? "")).toBeUndefined();
      await store().alertRules.removeMute(forever?.id ?? "");
      expect(await listed(0)).toEqual([]);
    });
  });

  describe("facts for alerts", () => {
    it("are security events by subject, those with the most first", async () => {
      const { id: tenantId } = await storedTenant(bench);
      const subjects = [rows.id("key"), rows.id("key")];
      const eventOf = (subjectId: string, fields: Partial<SecurityEvent> = {}): SecurityEvent => ({
        id: rows.id("evt"),
        kind: "refusals.burst",
        severity: "medium",
        tenantId,
        subjectType: "key",
        subjectId,
        atMs: startMs,
        lastAtMs: startMs,
        count: 100,
        details: { seen: ["OLD"] },
        ...fields,
      });
      const [one = "", other = ""] = subjects;
      await store().securityEvents.add([
        eventOf(one),
        eventOf(one, { atMs: startMs + 1, lastAtMs: startMs + 1, count: 150, details: { seen: ["NEW"] } }),
        eventOf(one, { kind: "scope.probing" }),
        eventOf(other, { count: 300 }),
        eventOf(other, { atMs: startMs - 1, count: 1_000 }),
        eventOf(other, { atMs: startMs + 2, count: 1_000 }),
      ]);
      const question = { kind: "refusals.burst", fromMs: startMs, toMs: startMs + 2, subjectIds: subjects, limit: 10 } as const;
      const sum = { tenantId, subjectType: "key" } as const;
      const [most, less] = [
        { ...sum, subjectId: other, count: 300, details: { seen: ["OLD"] } },
        { ...sum, subjectId: one, count: 250, details: { seen: ["NEW"] } },
      ];
      expect(await store().alertFacts.noticed({ ...question, least: 1 })).toEqual([most, less]);
      expect(await store().alertFacts.noticed({ ...question, least: 251 })).toEqual([most]);
      expect(await store().alertFacts.noticed({ ...question, least: 1, limit: 1 })).toEqual([most]);
      const { subjectIds: _ids, ...any } = question;
      expect(await store().alertFacts.noticed({ ...any, least: 1, limit: 1_000 })).toEqual(expect.arrayContaining([most, less]));
    });

    it("are refusals of the running hour, and of the one before in part; quotas, and ages of keys", async () => {
      const { id: tenantId } = await storedTenant(bench);
      const key = await storedKeyOf(bench, tenantId, { monthlyQuota: 100, expiresAtMs: startMs + 5 });
      const [plain, gone, root] = [
        await storedKeyOf(bench, tenantId),
        await storedKeyOf(bench, tenantId, { state: "revoked", monthlyQuota: 10 }),
        await storedKeyOf(bench, null),
      ];
      const keyId = key.row.id;
      const runningMs = startMs - (startMs % hourMs);
      const count = (outcome: string, requests: number, hour: number) => ({
        keyId,
        tenantId,
        hourMs: runningMs - hour * hourMs,
        endpoint: "e",
        outcome,
        requests,
      });
      await store().usage.apply({
        id: rows.id("mov"),
        counts: [count("VALID", 10, 0), count("RATE_LIMITED", 20, 0), count("EXPIRED", 40, 1), count("EXPIRED", 1_000, 2)],
        lastUses: [{ keyId, atMs: startMs, ip: null }],
        budgets: [keyId, gone.row.id].map((subjectId) => ({ subjectId, bucket: null, quota: { month: monthOf(startMs), used: 81 } })),
      });
      const facts = store().alertFacts;
      const ask = (fields: object) =>
        facts.rates({ hourMs: runningMs, beforePerMille: 500, leastRequests: 1, leastPercent: 1, limit: 10, keyIds: [keyId], ...fields });
      expect(await ask({})).toEqual([{ tenantId, keyId, requests: 50, refused: 40 }]);
      expect(await ask({ leastPercent: 80 })).toHaveLength(1);
      expect([await ask({ leastPercent: 81 }), await ask({ leastRequests: 51 }), await ask({ keyIds: ["key_none"] })]).toEqual([[], [], []]);
      const quotas = (fields: object) => facts.quotas({ month: monthOf(startMs), leastPercent: 81, after: null, limit: 10, ...fields });
      expect(await quotas({ keyIds: [keyId, gone.row.id] })).toEqual([{ tenantId, keyId, used: 81, quota: 100 }]);
      expect((await quotas({ limit: 1_000 })).map((one) => one.keyId)).toContain(keyId);
      expect([await quotas({ leastPercent: 82, keyIds: [keyId] }), await quotas({ after: keyId, keyIds: [keyId] })]).toEqual([[], []]);
      expect(await quotas({ month: monthOf(startMs) + 1, keyIds: [keyId] })).toEqual([]);
      const ids = [keyId, plain.row.id, gone.row.id, root.row.id];
      const age = { tenantId, state: "active", createdAtMs: startMs } as const;
      const ages = [
        { ...age, keyId, expiresAtMs: startMs + 5, lastUsedAtMs: startMs },
        { ...age, keyId: plain.row.id, expiresAtMs: null, lastUsedAtMs: null },
        { ...age, tenantId: null, keyId: root.row.id, expiresAtMs: null, lastUsedAtMs: null },
      ];
      expect(await facts.ages({ keyIds: ids, after: null, limit: 10 })).toEqual(ages);
      expect(await facts.ages({ keyIds: ids, after: keyId, limit: 1 })).toEqual([ages[1]]);
    });
  });
};
