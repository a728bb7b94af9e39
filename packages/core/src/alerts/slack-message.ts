import { type AlertRuleId, alertRuleIds } from "@keywright/contract";
import type { OutboxEvent } from "../model/webhook.ts";
import { ruleWords } from "./alert-words.ts";

/** What Slack takes for its own marks. */
const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const ruleOf = (rule: unknown): AlertRuleId | undefined => alertRuleIds.find((id) => id === rule);

/** An event of an alert as an incoming webhook of Slack takes it: one text. */
export const slackMessage = ({ type, data }: Pick<OutboxEvent, "type" | "data">): Readonly<Record<string, unknown>> => {
  const rule = ruleOf(data["rule"]);
  const subject = data["subject"] as { readonly type: string; readonly id: string } | undefined;
  const what = `${String(data["rule"])} of ${subject?.type ?? ""} ${subject?.id ?? ""}`;
  const how = `${String(data["value"])}, from ${String(data["threshold"])}${typeof data["detail"] === "string" ? `, ${data["detail"]}` : ""}`;
  if (type === "alert.ended") return { text: escaped(`Ended: ${what}.`) };
  return { text: escaped(`Alert (${String(data["severity"])}): ${what} (${how}). ${rule === undefined ? "" : ruleWords(rule)}`) };
};
