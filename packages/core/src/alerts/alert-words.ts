import { type AlertRuleId, alertRule } from "@keywright/contract";
import type { Alert } from "../model/alert.ts";
import { firstThreshold } from "./effective-rule.ts";

/** What an alert is about and how far it has gone, in one line: `key.refusals of key key_…: 1200 requests (from 500 on), RATE_LIMITED`. */
export const alertLine = ({ rule, subjectType, subjectId, value, threshold, detail }: Omit<Alert, "id">): string => {
  const unit = alertRule(rule).thresholds[firstThreshold(rule)]?.unit ?? "";
  const bound = alertRule(rule).starts === "above" ? `from ${threshold} on` : `${threshold} or fewer`;
  return `${rule} of ${subjectType} ${subjectId}: ${value} ${unit} (${bound})${detail === null ? "" : `, ${detail}`}`;
};

/** When its alert starts, and what to do about it. */
export const ruleWords = (rule: AlertRuleId): string => `${alertRule(rule).doc} ${alertRule(rule).advice}`;
