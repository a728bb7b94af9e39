import { describe, expect, it } from "vitest";
import { monthOf } from "../rules/month.ts";
import { openAlerts, rows, slackUrl } from "../testing/open-alerts.ts";
import { operator } from "../testing/open-core.ts";
import { createCourier } from "../webhooks/courier.ts";
import { dispatchEvents } from "../webhooks/deliveries.ts";
import { getWebhook, listWebhooks } from "../webhooks/webhooks.ts";
import { mailAlerts } from "./alert-mail.ts";
import { listAlertRules, updateAlertRule } from "./alert-rules.ts";
import { evaluateAlerts } from "./evaluate-alerts.ts";

const page = { limit: 100, after: null };
const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;

describe("rules", () => {
  it("look at quotas, ages, failures, uses after revocation, shares of refusals and engines", async () => {
    const core = await openAlerts();
    const nowMs = core.clock.nowMs();
    const { tenantId } = core;
    const keyOf = async (fields: object) => {
      const key = rows.key({ tenantId, createdAtMs: nowMs - 10 * dayMs, ...fields });
      await core.store.keys.insert(key);
      return key.row.id;
    };
    const [near, full, unused, ends, wrong] = [
      await keyOf({ monthlyQuota: 100 }),
      await keyOf({ monthlyQuota: 100 }),
      await keyOf({ createdAtMs: nowMs - 91 * dayMs }),
      await keyOf({ expiresAtMs: nowMs + 13 * dayMs }),
      await keyOf({}),
    ];
    await keyOf({ createdAtMs: nowMs - 91 * dayMs, state: "disabled", expiresAtMs: nowMs + dayMs });
    const hour = nowMs - (nowMs % hourMs);
    await core.store.usage.apply({
      id: rows.id("mov"),
      counts: [
        ["VALID", 40],
        ["INSUFFICIENT_SCOPE", 90],
      ].map(([outcome, requests]) => ({ keyId: wrong, tenantId, hourMs: hour, endpoint: "e", outcome: String(outcome), requests: Number(requests) })),
      lastUses: [],
      budgets: [
        [near, 80],
        [full, 100],
      ].map(([subjectId, used]) => ({ subjectId: String(subjectId), bucket: null, quota: { month: monthOf(nowMs), used: Number(used) } })),
    });
    await core.refuse("203.0.113.7", 200, { kind: "authentication.failed", subjectType: "address", tenantId: null });
    await core.refuse(unused, 1, { kind: "key.used_after_revocation", details: { address: "203.0.113.7" } });
    const engines = [{ name: "ledger", minutes: 2, detail: "degraded" }];
    core.advance(minuteMs);
    await evaluateAlerts(core, engines);
    const started = (await core.list()).map(({ rule, subjectId, value }) => [rule, subjectId, value]);
    expect(started.sort()).toEqual(
      [
        ["key.error_rate", wrong, 69],
        ["key.expiring", ends, 13],
        ["key.quota_near", full, 100],
        ["key.quota_near", near, 80],
        ["key.quota_reached", full, 100],
        ["key.unused", unused, 91],
        ["key.used_after_revocation", unused, 1],
      ].sort(),
    );
    const operators = (await core.list({ tenantId: undefined })).map(({ rule, subjectId }) => [rule, subjectId]);
    expect(operators.sort()).toEqual([
      ["authentication.failures", "203.0.113.7"],
      ["engine.degraded", "ledger"],
    ]);
    expect(await mailAlerts(core)).toBe(3);
    expect(core.mailer.sent.map(({ to }) => to).sort()).toEqual(["admin@example.com", "ops@example.com", "owner@example.com"]);
    const stored = await core.store.keys.find(unused);
    if (stored !== undefined) await core.store.keys.update({ ...stored.key, row: { ...stored.key.row, state: "revoked" } });
    core.advance(70 * minuteMs);
    await evaluateAlerts(core, []);
    const ended = (await core.list({ filter: { state: "ended" } })).map(({ rule, subjectId }) => [rule, subjectId]);
    expect(ended).toEqual(
      expect.arrayContaining([
        ["key.unused", unused],
        ["key.used_after_revocation", unused],
      ]),
    );
    expect(await core.list({ tenantId: undefined, filter: { state: "open" } })).toEqual([]);
    core.advance(40 * dayMs);
    await evaluateAlerts(core, []);
    expect((await core.list({ filter: { state: "open" } })).map(({ rule }) => rule).filter((rule) => rule.startsWith("key.quota"))).toEqual([]);
  });

  it("are listed with what is in force, changed within their limits, and audited", async () => {
    const core = await openAlerts();
    const mine = { actor: operator, tenantId: core.tenantId };
    const before = (await listAlertRules(core, mine)).find(({ rule }) => rule === "key.refusals");
    expect(before).toMatchObject({ isEnabled: true, thresholds: { refusals: 500 }, channels: ["mail", "webhook"], isCustomized: false });
    expect((await listAlertRules(core, mine)).some(({ rule }) => rule === "engine.degraded")).toBe(false);
    expect((await listAlertRules(core, { ...mine, tenantId: undefined })).some(({ rule }) => rule === "engine.degraded")).toBe(true);
    await core.change("key.refusals", { thresholds: { refusals: 200 } });
    expect(await core.change("key.refusals", { quietMinutes: 1 })).toMatchObject({ thresholds: { refusals: 200 }, quietMinutes: 1, isCustomized: true });
    for (const change of [
      { thresholds: { refusals: 99 } },
      { thresholds: { toString: 200 } },
      { channels: ["slack"] },
      { slackUrl: "http://h" },
      { mutedUntilMs: 1 },
    ] as const) {
      await expect(core.change("key.refusals", change)).rejects.toMatchObject({ code: "INVALID_REQUEST" });
    }
    await expect(updateAlertRule(core, { ...mine, rule: "engine.degraded", change: {} })).rejects.toMatchObject({ code: "NOT_FOUND" });
    const entries = (await core.store.audit.list({ targetId: "key.refusals" }, page)).items;
    expect(entries.map(({ action, after }) => [action, after?.["quiet_minutes"]])).toEqual([
      ["alert_rule.updated", 1],
      ["alert_rule.updated", 5],
    ]);
    await core.refuse("key_1", 200);
    expect(await core.pass()).toEqual({ started: 1, ended: 0 });
    await core.change("key.refusals", { isEnabled: false });
    expect(await core.pass()).toEqual({ started: 0, ended: 1 });
  });

  it("are told as Slack wants it, at an address that is nowhere but in the secret store", async () => {
    const core = await openAlerts();
    await core.change("key.refusals", { channels: ["slack"], slackUrl });
    await core.refuse("key_1", 1_000);
    await core.pass();
    const courier = createCourier(core);
    await dispatchEvents(core);
    await courier.tick();
    await courier.idle();
    expect(core.posted).toMatchObject([{ url: slackUrl, body: { text: expect.stringContaining("key.refusals of key key_1 (1000, from 500, RATE_LIMITED)") } }]);
    const [rule] = (await listAlertRules(core, { actor: operator, tenantId: core.tenantId })).filter(({ slack }) => slack !== null);
    const webhookId = rule?.slack?.webhookId ?? "";
    expect(rule?.slack?.host).toBe("hooks.slack.example.com");
    expect((await listWebhooks(core, { actor: operator, tenantId: core.tenantId, page })).items).toEqual([]);
    await expect(getWebhook(core, operator, webhookId)).rejects.toMatchObject({ code: "NOT_FOUND" });
    const kept = [
      await core.store.webhooks.find(webhookId),
      await core.store.alertRules.settingsOf([core.tenantId]),
      await core.store.audit.list({}, page),
      rule,
    ];
    expect(JSON.stringify([kept, await core.store.deliveries.list({ webhookId }, page)])).not.toContain("hidden");
    await core.change("key.refusals", { channels: ["mail"], slackUrl: null });
    expect([await core.store.webhooks.find(webhookId), await core.secretStore.list("keywright/webhooks")]).toEqual([undefined, []]);
    expect(core.failures).toEqual([]);
  });

  it("mute a hundred subjects at most, each until a moment that is to come", async () => {
    const core = await openAlerts();
    await expect(core.mute({ untilMs: core.clock.nowMs() })).rejects.toMatchObject({ code: "INVALID_REQUEST" });
    for (let made = 0; made < 100; made++) await core.mute({ subjectId: `key_${made}` });
    await expect(core.mute({})).rejects.toMatchObject({ code: "MUTE_LIMIT_REACHED" });
  });
});

describe("mails of alerts", () => {
  it("that cannot be sent are sent later, and hold up no other tenant's", async () => {
    const core = await openAlerts();
    const other = rows.tenant();
    await core.store.tenants.insert(other);
    await core.store.members.insert(rows.member(other.row.id, { role: "owner", email: "other@example.com" }));
    await core.refuse("key_1", 1_000);
    await core.refuse("key_2", 1_000, { tenantId: other.row.id });
    await core.pass();
    const state = { isAway: true };
    const mailer = {
      send: async (mail: Parameters<typeof core.mailer.send>[0]) => {
        if (state.isAway && mail.to !== "other@example.com") throw new Error("away");
        await core.mailer.send(mail);
      },
    };
    expect(await mailAlerts({ ...core, mailer })).toBe(1);
    expect(core.failures).toHaveLength(1);
    state.isAway = false;
    expect([await mailAlerts({ ...core, mailer }), await mailAlerts({ ...core, mailer })]).toEqual([2, 0]);
    expect(core.mailer.sent.map(({ to }) => to)).toEqual(["other@example.com", "admin@example.com", "owner@example.com"]);
  });

  it("that one address refuses are told to the others, once", async () => {
    const core = await openAlerts();
    await core.refuse("key_1", 1_000);
    await core.pass();
    const mailer = {
      send: async (mail: Parameters<typeof core.mailer.send>[0]) => {
        if (mail.to === "admin@example.com") throw new Error("550");
        await core.mailer.send(mail);
      },
    };
    expect([await mailAlerts({ ...core, mailer }), await mailAlerts({ ...core, mailer })]).toEqual([1, 0]);
    expect([core.mailer.sent.map(({ to }) => to), core.failures]).toEqual([["owner@example.com"], [new Error("550")]]);
  });

  it("tell of many in one, and of what is too old not at all", async () => {
    const core = await openAlerts();
    for (let made = 0; made < 40; made++) await core.refuse(`key_${made}`, 1_000, { details: { seen: ["<b>"] } });
    await core.pass();
    await mailAlerts(core);
    expect(core.mailer.sent).toHaveLength(2);
    expect(core.mailer.sent[0]).toMatchObject({ subject: "Alerts: 40 started", text: expect.stringContaining("and 10 more") });
    expect(core.mailer.sent[0]?.text).toContain("What to do:");
    expect(core.mailer.sent[0]?.html).not.toContain("<b>");
    await core.refuse("key_old", 1_000);
    await core.pass();
    core.advance(2 * dayMs);
    expect(await mailAlerts(core)).toBe(0);
    expect(await core.store.alerts.listMailDue(10)).toEqual([]);
  });
});
