import { alertRule } from "@keywright/contract";
import { newId } from "../ids.ts";
import type { Alert } from "../model/alert.ts";
import type { OutboxEvent } from "../model/webhook.ts";
import type { Clock } from "../ports/clock.ts";
import type { Random } from "../ports/random.ts";
import type { Stores } from "../ports/store.ts";
import { neverDue, planDelivery } from "../webhooks/deliveries.ts";
import type { EffectiveRule } from "./effective-rule.ts";

export interface TellDeps {
  readonly clock: Clock;
  readonly random: Random;
}

export interface Telling {
  readonly alert: Alert;
  readonly type: "alert.started" | "alert.ended";
  /** Whether webhooks that listen hear it. */
  readonly isEvent: boolean;
  /** The webhook that tells it as Slack wants it; null: none does. */
  readonly slackId: string | null;
}

/** Puts what is told of an alert into the outbox, in the transaction of the alert itself. */
export const tellAlert = async (deps: TellDeps, stores: Pick<Stores, "outbox" | "deliveries" | "webhooks">, telling: Telling): Promise<void> => {
  const { alert, type, isEvent, slackId } = telling;
  if (!isEvent && slackId === null) return;
  const nowMs = deps.clock.nowMs();
  const times = { atMs: nowMs, dueAtMs: isEvent ? nowMs : neverDue };
  const event: OutboxEvent = { id: newId(deps.random, "evt"), type, tenantId: alert.tenantId, ...times, data: eventData(alert), count: null };
  await stores.outbox.add([event]);
  const slack = slackId === null ? undefined : await stores.webhooks.find(slackId);
  if (slack !== undefined) await stores.deliveries.add([planDelivery(deps, slack, event)]);
};

const eventData = (alert: Alert): OutboxEvent["data"] => ({
  id: alert.id,
  tenant_id: alert.tenantId,
  rule: alert.rule,
  severity: alertRule(alert.rule).severity,
  subject: { type: alert.subjectType, id: alert.subjectId },
  value: alert.value,
  threshold: alert.threshold,
  detail: alert.detail,
  started_at_ms: alert.startedAtMs,
  ended_at_ms: alert.endedAtMs,
});

/** By which channels the start of an alert is told. */
export const startChannels = ({ channels, slack }: EffectiveRule) => ({
  isEvent: channels.includes("webhook"),
  isMail: channels.includes("mail"),
  slackId: channels.includes("slack") ? (slack?.webhookId ?? null) : null,
});

/** And its end: webhooks hear it whose start they have heard, people where nobody has said yet that they see to it. */
export const endChannels = (effective: EffectiveRule, alert: Alert) => {
  const channels = startChannels(effective);
  const isOpenToPeople = alert.acknowledgedAtMs === null;
  return { isEvent: alert.isEventTold, isMail: channels.isMail && isOpenToPeople, slackId: isOpenToPeople ? channels.slackId : null };
};
