import type { AlertChannel, AlertRule, EndpointBody } from "@keywright/contract";
import type { Places } from "../../problem.ts";
import { endOf } from "./mute-options.tsx";

/** What the form of a rule holds while it is typed: text, until it is sent. */
export interface RuleFormValues {
  enabled: boolean;
  thresholds: Record<string, string>;
  quiet: string;
  coolDown: string;
  channels: AlertChannel[];
  slackUrl: string;
  removesSlack: boolean;
  /** Hours; `keep`: as it is; empty: not muted. */
  mute: string;
}

export const fromRule = (rule: AlertRule): RuleFormValues => ({
  enabled: rule.enabled,
  thresholds: Object.fromEntries(Object.entries(rule.thresholds).map(([name, value]) => [name, String(value)])),
  quiet: String(rule.quiet_minutes),
  coolDown: String(rule.cool_down_minutes),
  channels: [...rule.channels],
  slackUrl: "",
  removesSlack: false,
  mute: rule.muted_until === null ? "" : "keep",
});

type Body = EndpointBody<"update-alert-rule">;

/** "1,000" is a thousand. What is no number is sent as none, which the server refuses at its field. */
const toNumber = (text: string): number => Number(text.replaceAll(/[\s,_]/g, ""));

export const toRuleBody = (values: RuleFormValues, owner: { readonly tenant_id?: string }): Body => ({
  ...owner,
  enabled: values.enabled,
  thresholds: Object.fromEntries(Object.entries(values.thresholds).map(([name, value]) => [name, toNumber(value)])),
  quiet_minutes: toNumber(values.quiet),
  cool_down_minutes: toNumber(values.coolDown),
  channels: values.channels,
  ...slackOf(values),
  ...(values.mute !== "keep" && { muted_until: endOf(values.mute) ?? null }),
});

const slackOf = ({ slackUrl, removesSlack }: RuleFormValues): { readonly slack_url?: string | null } => {
  if (removesSlack) return { slack_url: null };
  return slackUrl.trim() === "" ? {} : { slack_url: slackUrl.trim() };
};

type Place = "enabled" | "quiet" | "coolDown" | "channels" | "slackUrl" | "mute" | `thresholds.${string}`;

/** Where what the server finds wrong stands. */
export const rulePlaces = (rule: AlertRule): Places<Place> => ({
  enabled: "enabled",
  quiet_minutes: "quiet",
  cool_down_minutes: "coolDown",
  channels: "channels",
  slack_url: "slackUrl",
  muted_until: "mute",
  ...Object.fromEntries(Object.keys(rule.thresholds).map((name) => [`thresholds/${name}`, `thresholds.${name}` as const])),
});
