import { createAlertMute } from "../alerts/alert-mutes.ts";
import { type AlertRuleChange, updateAlertRule } from "../alerts/alert-rules.ts";
import { listAlerts } from "../alerts/alerts.ts";
import { evaluateAlerts } from "../alerts/evaluate-alerts.ts";
import { createMemoryMailer } from "../memory/memory-mailer.ts";
import type { Actor } from "../model/audit.ts";
import type { SecurityEvent } from "../model/security-event.ts";
import type { OutboxEvent } from "../model/webhook.ts";
import { feedOutbox } from "../outbox/feed-outbox.ts";
import { openCore, operator } from "./open-core.ts";
import { createRows } from "./store-rows.ts";

export const rows = createRows();
const page = { limit: 100, after: null };
const minuteMs = 60_000;
export const slackUrl = "https://hooks.slack.example.com/services/T0/B0/hidden";

/** A core with a tenant whose people are mailed, in which minutes pass as the test says. */
export const openAlerts = async () => {
  const core = await openCore();
  const store = feedOutbox(core.store, core);
  const posted: { readonly url: string; readonly body: Readonly<Record<string, unknown>> }[] = [];
  const webhookSender = {
    refusalOf: (url: string) => (url.startsWith("https://") ? undefined : "must begin with https://"),
    send: async () => ({ status: 200, retryAfterSeconds: null, text: "" }),
    post: async (message: (typeof posted)[number]) => {
      posted.push(message);
      return { status: 200, retryAfterSeconds: null, text: "ok" };
    },
  };
  const mailer = createMemoryMailer();
  const failures: unknown[] = [];
  const onFailure = (error: unknown) => failures.push(error);
  const deps = { ...core, store, webhookSender, mailer, onFailure, operatorEmail: "ops@example.com" };
  const tenant = rows.tenant();
  await store.tenants.insert(tenant);
  const tenantId = tenant.row.id;
  for (const role of ["owner", "admin", "developer"] as const) await store.members.insert(rows.member(tenantId, { role, email: `${role}@example.com` }));
  /** Refusals of a key within one minute, as the watch would tell of them. */
  const refuse = (subjectId: string, count: number, fields: Partial<SecurityEvent> = {}) => {
    const atMs = core.clock.nowMs();
    const event: SecurityEvent = {
      id: rows.id("evt"),
      kind: "refusals.burst",
      severity: "medium",
      tenantId,
      subjectType: "key",
      subjectId,
      atMs,
      lastAtMs: atMs,
      count,
      details: { seen: ["RATE_LIMITED"] },
      ...fields,
    };
    return core.store.securityEvents.add([event]);
  };
  /** A minute later, another pass. */
  const pass = async (minutes = 1) => {
    core.advance(minutes * minuteMs);
    return evaluateAlerts(deps, []);
  };
  const list = async (fields: object = {}) => (await listAlerts(deps, { actor: operator, tenantId, filter: {}, page, ...fields })).items;
  const told = async (): Promise<readonly OutboxEvent[]> =>
    (await core.store.outbox.take(core.clock.nowMs(), 1_000)).filter(({ type }) => type.startsWith("alert."));
  const change = (rule: "key.refusals" | "key.unused", changed: AlertRuleChange, actor: Actor = operator) =>
    updateAlertRule(deps, { actor, tenantId, rule, change: changed });
  const mute = (fields: object) => createAlertMute(deps, { actor: operator, tenantId, subjectId: "key_1", rule: null, untilMs: null, reason: null, ...fields });
  return { ...deps, tenantId, refuse, pass, list, told, change, mute, posted, failures };
};

export type AlertCore = Awaited<ReturnType<typeof openAlerts>>;
