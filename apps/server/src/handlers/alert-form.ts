import type { Alert as WireAlert, AlertMute as WireMute, AlertRule as WireRule } from "@keywright/contract";
import { alertRule } from "@keywright/contract";
import type { Alert, AlertMute, EffectiveRule } from "@keywright/core";
import { toTime, toTimeOrNull } from "./wire-form.ts";

const stateOf = ({ endedAtMs, acknowledgedAtMs }: Alert): WireAlert["state"] => {
  if (endedAtMs !== null) return "ended";
  return acknowledgedAtMs === null ? "open" : "acknowledged";
};

export const toWireAlert = (alert: Alert): WireAlert => ({
  id: alert.id,
  tenant_id: alert.tenantId,
  rule: alert.rule,
  severity: alertRule(alert.rule).severity,
  state: stateOf(alert),
  subject: { type: alert.subjectType, id: alert.subjectId },
  value: alert.value,
  threshold: alert.threshold,
  detail: alert.detail,
  muted: alert.isMuted,
  started_at: toTime(alert.startedAtMs),
  last_seen_at: toTime(alert.lastSeenAtMs),
  ended_at: toTimeOrNull(alert.endedAtMs),
  acknowledged_at: toTimeOrNull(alert.acknowledgedAtMs),
  acknowledged_by: alert.acknowledgedBy === null ? null : { ...alert.acknowledgedBy },
});

export const toWireRule = (effective: EffectiveRule, nowMs: number): WireRule => {
  const { doc, advice, severity, subjects, thresholds } = alertRule(effective.rule);
  const { mutedUntilMs } = effective;
  return {
    rule: effective.rule,
    tenant_id: effective.tenantId,
    doc,
    advice,
    severity,
    subjects: [...subjects],
    enabled: effective.isEnabled,
    thresholds: { ...effective.thresholds },
    limits: Object.fromEntries(Object.entries(thresholds).map(([name, threshold]) => [name, { ...threshold }])),
    quiet_minutes: effective.quietMinutes,
    cool_down_minutes: effective.coolDownMinutes,
    channels: [...effective.channels],
    slack_host: effective.slack?.host ?? null,
    muted_until: mutedUntilMs === null || mutedUntilMs <= nowMs ? null : toTime(mutedUntilMs),
    customized: effective.isCustomized,
  };
};

export const toWireMute = (mute: AlertMute): WireMute => ({
  id: mute.id,
  tenant_id: mute.tenantId,
  subject_id: mute.subjectId,
  rule: mute.rule,
  until: toTimeOrNull(mute.untilMs),
  reason: mute.reason,
  created_at: toTime(mute.createdAtMs),
});
