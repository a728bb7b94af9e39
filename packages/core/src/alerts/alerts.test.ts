import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Alert } from "../model/alert.ts";
import type { Actor } from "../model/audit.ts";
import { createSecurityWatch } from "../security/watch.ts";
import { type AlertCore, openAlerts, slackUrl } from "../testing/open-alerts.ts";
import { operator } from "../testing/open-core.ts";
import { mailAlerts } from "./alert-mail.ts";
import { deleteAlertMute, listAlertMutes } from "./alert-mutes.ts";
import { acknowledgeAlert, getAlert } from "./alerts.ts";
import { evaluateAlerts } from "./evaluate-alerts.ts";

const page = { limit: 100, after: null };
const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;

describe("alerts", () => {
  it("start once, go on, and end when it is quiet; the event and the mail say so", async () => {
    const core = await openAlerts();
    await core.refuse("key_1", 499);
    expect(await core.pass()).toEqual({ started: 0, ended: 0 });
    await core.refuse("key_1", 300);
    expect(await core.pass()).toEqual({ started: 1, ended: 0 });
    await core.refuse("key_1", 5_000);
    expect(await core.pass()).toEqual({ started: 0, ended: 0 });
    const [alert] = await core.list();
    expect(alert).toMatchObject({ rule: "key.refusals", subjectId: "key_1", value: 5_799, threshold: 500, detail: "RATE_LIMITED", endedAtMs: null });
    expect(await core.told()).toMatchObject([{ type: "alert.started", tenantId: core.tenantId, data: { id: alert?.id, value: 799, ended_at_ms: null } }]);
    expect([await mailAlerts(core), await mailAlerts(core)]).toEqual([2, 0]);
    expect(core.mailer.sent.map(({ to, subject }) => [to, subject])).toEqual([
      ["admin@example.com", "Alert: key.refusals of key_1"],
      ["owner@example.com", "Alert: key.refusals of key_1"],
    ]);
    for (let minute = 0; minute < 8; minute++) expect(await core.pass()).toEqual({ started: 0, ended: 0 });
    expect(await core.pass()).toEqual({ started: 0, ended: 1 });
    expect(await core.told()).toMatchObject([{ type: "alert.ended", data: { id: alert?.id } }]);
    expect(await mailAlerts(core)).toBe(2);
    expect(core.mailer.sent.at(-1)).toMatchObject({ subject: "Alerts: 1 ended" });
    expect(await core.list({ filter: { state: "ended" } })).toMatchObject([{ id: alert?.id }]);
    expect(core.failures).toEqual([]);
  });

  it("of a million refusals within a minute are one, with one event; and so they are for as long as it goes on", async () => {
    const core = await openAlerts();
    const origins = { originOf: () => undefined, callerOf: () => undefined, siteOf: () => undefined };
    const watch = createSecurityWatch({ ...core, origins });
    const refusal = { verdict: "RATE_LIMITED", ip: null, hint: null, key: { id: "key_1", tenantId: core.tenantId }, wanted: "" } as const;
    for (let minute = 0; minute < 3; minute++) {
      for (let made = 0; made < (minute === 0 ? 1_000_000 : 1_000); made++) watch.refused(refusal);
      await core.pass();
      await watch.flush();
      await evaluateAlerts(core, [], 0);
    }
    expect(await core.list()).toMatchObject([{ subjectId: "key_1", value: 1_002_000, endedAtMs: null }]);
    const events = await core.store.outbox.take(core.clock.nowMs(), 1_000);
    expect(events.filter(({ type }) => type === "alert.started")).toHaveLength(1);
    // One a minute of what was noticed, and one alert.
    expect(events).toHaveLength(4);
    expect(await mailAlerts(core)).toBe(2);
  }, 60_000);

  it("of one topic are one, however many processes look at once, and once a minute one of them looks", async () => {
    const core = await openAlerts();
    await core.refuse("key_1", 1_000);
    const passes = await Promise.all([1, 2, 3].map(() => evaluateAlerts(core, [])));
    expect(passes.filter((one) => one !== undefined)).toEqual([{ started: 1, ended: 0 }]);
    await Promise.all([1, 2, 3].map(() => evaluateAlerts(core, [], 0)));
    expect(await core.list()).toHaveLength(1);
  });

  it("are told again after the cool-down alone", async () => {
    const core = await openAlerts();
    await core.change("key.refusals", { quietMinutes: 0, coolDownMinutes: 30 });
    await core.refuse("key_1", 1_000);
    await core.pass();
    expect(await core.pass(6)).toEqual({ started: 0, ended: 1 });
    await core.refuse("key_1", 1_000);
    expect(await core.pass()).toEqual({ started: 0, ended: 0 });
    core.advance(30 * minuteMs);
    await core.refuse("key_1", 1_000);
    expect(await core.pass()).toEqual({ started: 1, ended: 0 });
    expect((await core.told()).map(({ type }) => type)).toEqual(["alert.started", "alert.ended", "alert.started"]);
  });

  it("that are muted are told to nobody, and are in the history all the same", async () => {
    const core = await openAlerts();
    const { id } = await core.mute({ subjectId: "key_1" });
    await core.change("key.refusals", { channels: ["mail", "webhook", "slack"], slackUrl });
    for (const key of ["key_1", "key_2"]) await core.refuse(key, 1_000);
    await core.pass();
    expect((await core.list()).map(({ subjectId, isMuted }) => [subjectId, isMuted]).sort()).toEqual([
      ["key_1", true],
      ["key_2", false],
    ]);
    await core.change("key.refusals", { mutedUntilMs: core.clock.nowMs() + hourMs });
    await core.refuse("key_3", 1_000);
    await core.pass();
    expect((await core.list()).find(({ subjectId }) => subjectId === "key_3")).toMatchObject({ isMuted: true, mailDue: "none" });
    await core.pass(30);
    expect((await core.list()).filter(({ endedAtMs }) => endedAtMs === null)).toEqual([]);
    expect((await core.told()).map(({ type, data }) => [type, data["subject"]])).toEqual([["alert.started", { type: "key", id: "key_2" }]]);
    await mailAlerts(core);
    expect(core.mailer.sent.every(({ text }) => !/key_[13]/.test(text))).toBe(true);
    expect((await listAlertMutes(core, { actor: operator, tenantId: core.tenantId, page })).items).toMatchObject([{ id, subjectId: "key_1" }]);
    await deleteAlertMute(core, operator, id);
    expect((await listAlertMutes(core, { actor: operator, tenantId: core.tenantId, page })).items).toEqual([]);
  });

  it("that somebody sees to are told to people no more; webhooks hear the end", async () => {
    const core = await openAlerts();
    await core.refuse("key_1", 1_000);
    await core.pass();
    await mailAlerts(core);
    const [alert] = await core.list();
    const seenTo = await acknowledgeAlert(core, operator, alert?.id ?? "");
    expect(seenTo).toMatchObject({ acknowledgedBy: { type: "root_key", id: "key_operator" } });
    core.advance(1);
    expect(await acknowledgeAlert(core, { ...operator, id: "key_other" }, seenTo.id)).toEqual(seenTo);
    expect(await core.list({ filter: { state: "acknowledged" } })).toEqual([seenTo]);
    const sent = core.mailer.sent.length;
    await core.pass(30);
    expect(await mailAlerts(core)).toBe(0);
    expect(core.mailer.sent).toHaveLength(sent);
    expect((await core.told()).map(({ type }) => type)).toEqual(["alert.started", "alert.ended"]);
    const actions = (await core.store.audit.list({ targetId: seenTo.id }, page)).items.map(({ action }) => action);
    expect(actions).toEqual(["alert.acknowledged"]);
  });

  it("are another tenant's own", async () => {
    const core = await openAlerts();
    await core.refuse("key_1", 1_000);
    await core.pass();
    const [alert] = await core.list();
    const stranger: Actor = { ...operator, type: "api_key", tenantId: "ten_other" };
    expect(await core.list({ actor: stranger, tenantId: undefined })).toEqual([]);
    await expect(core.list({ actor: stranger })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(getAlert(core, stranger, alert?.id ?? "")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(acknowledgeAlert(core, stranger, alert?.id ?? "")).rejects.toMatchObject({ code: "NOT_FOUND" });
    const { id } = await core.mute({});
    await expect(deleteAlertMute(core, stranger, id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(core.change("key.refusals", { isEnabled: false }, stranger)).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await core.list({ tenantId: undefined })).toEqual([]);
  });

  it("whatever happens are one at most of a topic, start and end in turn, and no muted one is told", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { maxLength: 40 }), async (taken) => {
        const core = await openAlerts();
        for (const step of taken) await step(core);
        core.advance(dayMs);
        const [alerts, events] = [await core.list(), await core.told()];
        const open = alerts.filter(({ endedAtMs }) => endedAtMs === null).map(({ subjectId }) => subjectId);
        expect(new Set(open).size).toBe(open.length);
        const told = alerts.map(({ id }) => events.filter(({ data }) => data["id"] === id).map(({ type }) => type));
        expect(told.map((types) => types.toSorted().reverse())).toEqual(alerts.map((alert, index) => tellable(alert, told[index]?.length ?? 0)));
      }),
      { numRuns: 40 },
    );
  }, 60_000);
});

type Step = (core: AlertCore) => Promise<unknown>;

const keys = fc.constantFrom("key_1", "key_2");
const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(keys, fc.integer({ min: 100, max: 900 })).map(
      ([key, count]): Step =>
        (core) =>
          core.refuse(key, count),
    ),
  },
  {
    weight: 6,
    arbitrary: fc.constantFrom(1, 1, 2, 7, 40, -3).map(
      (minutes): Step =>
        (core) =>
          core.pass(minutes),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(keys, fc.integer({ min: 5, max: 60 })).map(
      ([key, minutes]): Step =>
        (core) =>
          core.mute({ subjectId: key, untilMs: core.clock.nowMs() + minutes * minuteMs }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.boolean().map(
      (isEnabled): Step =>
        (core) =>
          core.change("key.refusals", { isEnabled }),
    ),
  },
);

/** What may have been told of an alert: its start; and its end, where it has ended and was not muted meanwhile. */
const tellable = ({ isMuted, endedAtMs }: Alert, count: number): readonly string[] => {
  if (isMuted) return [];
  return endedAtMs !== null && count > 1 ? ["alert.started", "alert.ended"] : ["alert.started"];
};
