import { type AlertChannel, type AlertRuleId, alertRule } from "@keywright/contract";
import type { AlertSettings } from "../model/alert.ts";
import type { AlertLevels } from "../rules/alert-decision.ts";

/** A rule as it is in force for somebody. */
export interface EffectiveRule {
  readonly rule: AlertRuleId;
  readonly tenantId: string | null;
  readonly isEnabled: boolean;
  readonly thresholds: Readonly<Record<string, number>>;
  readonly quietMinutes: number;
  readonly coolDownMinutes: number;
  readonly channels: readonly AlertChannel[];
  readonly slack: AlertSettings["slack"];
  readonly mutedUntilMs: number | null;
  /** Whether anything differs from the table. */
  readonly isCustomized: boolean;
}

const defaultChannels: readonly AlertChannel[] = ["mail", "webhook"];

/** What the table says, and what was chosen instead. */
export const effectiveRule = (topic: Pick<AlertSettings, "rule" | "tenantId">, settings: AlertSettings | undefined): EffectiveRule => {
  const { rule, tenantId } = topic;
  const { thresholds, quietMinutes, coolDownMinutes } = alertRule(rule);
  const defaults = Object.fromEntries(Object.entries(thresholds).map(([name, threshold]) => [name, threshold.default]));
  const choices = settings?.choices ?? {};
  return {
    rule,
    tenantId,
    isEnabled: choices.isEnabled ?? true,
    thresholds: { ...defaults, ...choices.thresholds },
    quietMinutes: choices.quietMinutes ?? quietMinutes,
    coolDownMinutes: choices.coolDownMinutes ?? coolDownMinutes,
    channels: choices.channels ?? defaultChannels,
    slack: settings?.slack ?? null,
    mutedUntilMs: settings?.mutedUntilMs ?? null,
    isCustomized: settings !== undefined && (Object.keys(choices).length > 0 || settings.slack !== null || settings.mutedUntilMs !== null),
  };
};

/** The name of the threshold that a rule's value is compared with. */
export const firstThreshold = (rule: AlertRuleId): string => Object.keys(alertRule(rule).thresholds)[0] ?? "";

export const thresholdOf = ({ rule, thresholds }: Pick<EffectiveRule, "rule" | "thresholds">): number => thresholds[firstThreshold(rule)] ?? 0;

const minuteMs = 60_000;

export const levelsOf = (effective: EffectiveRule): AlertLevels => {
  const { starts, endShare } = alertRule(effective.rule);
  const spans = { quietMs: effective.quietMinutes * minuteMs, coolDownMs: effective.coolDownMinutes * minuteMs };
  return { isEnabled: effective.isEnabled, starts, threshold: thresholdOf(effective), endShare, ...spans };
};
