import { type AlertChannel, type AlertRule, type AlertRuleId, alertBounds, alertChannels, alertRuleIds } from "@keywright/contract";
import { type Command, InvalidArgumentError, Option } from "commander";
import { CommandFailure } from "../command-failure.ts";
import { defined } from "../defined.ts";
import { addExamples } from "../examples.ts";
import { collectList, integerIn, listOrNone, type None, nullIfNone, time } from "../option-values.ts";
import type { Paper } from "../paper.ts";
import { readSmallFile } from "../read-small-file.ts";
import type { OpenSession, Session } from "../session.ts";
import { shownList, shownTime } from "../view.ts";

/** From when on something is told, and how. */
export const addRules = (alerts: Command, open: OpenSession): void => {
  for (const add of [addList, addSet]) add(alerts, open);
};

const addList = (alerts: Command, open: OpenSession): void => {
  const command = alerts
    .command("rules")
    .description("List the rules with what is in force for each.")
    .option("--tenant <tenant-id>", "whose; with a root key, left out: the operators' own")
    .action((options: { readonly tenant?: string }) => listRules(open(), options));
  addExamples(command, ["keywright alerts rules --tenant ten_…"]);
};

const listRules = async ({ output, connect }: Session, { tenant }: { readonly tenant?: string }): Promise<void> => {
  const rules = await (await connect()).call("list-alert-rules", { query: defined({ tenant_id: tenant }) });
  output.show(rules, (paper) => ruleTable(paper, rules.data));
};

const shownThresholds = ({ thresholds, limits }: AlertRule): string =>
  Object.entries(thresholds)
    .map(([name, value]) => `${name}=${value}${limits[name]?.unit === name ? "" : ` ${limits[name]?.unit ?? ""}`}`)
    .join(", ");

const shownUse = ({ enabled, muted_until: until }: AlertRule): string => {
  if (!enabled) return "off";
  return until === null ? "on" : `muted until ${shownTime(until, "")}`;
};

const ruleTable = (paper: Paper, rules: readonly AlertRule[]): string => {
  const rows = rules.map((rule) => [
    rule.rule,
    shownUse(rule),
    shownThresholds(rule),
    `${rule.quiet_minutes} min`,
    `${rule.cool_down_minutes} min`,
    shownList(rule.channels, "nobody"),
  ]);
  return paper.table(["RULE", "USE", "THRESHOLDS", "QUIET", "COOL-DOWN", "TOLD BY"], rows);
};

const readThreshold = (text: string, before: Readonly<Record<string, number>> = {}): Readonly<Record<string, number>> => {
  const [, name, value] = /^([a-z]{1,20})=(\d{1,12})$/.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError("It must be a name and a whole number, such as refusals=1000.");
  return { ...before, [name]: Number(value) };
};

const isChannel = (text: string): text is AlertChannel => alertChannels.some((channel) => channel === text);

interface SetOptions {
  readonly tenant?: string;
  readonly enabled?: boolean;
  readonly threshold?: Readonly<Record<string, number>>;
  readonly quietMinutes?: number;
  readonly coolDownMinutes?: number;
  readonly channel?: readonly string[];
  readonly slackUrlFile?: string;
  readonly muteUntil?: string | None;
}

const addSet = (alerts: Command, open: OpenSession): void => {
  const { quietMinutes, coolDownMinutes } = alertBounds;
  const command = alerts
    .command("set")
    .description("Change a rule, or mute it for a while. An option that is left out changes nothing.")
    .argument("<rule>", `one of ${alertRuleIds.join(", ")}`)
    .option("--tenant <tenant-id>", "whose; with a root key, left out: the operators' own")
    .option("--enabled", "use it")
    .option("--no-enabled", "use it no more: open alerts of it end")
    .option("--threshold <name=number>", "from when on, such as refusals=1000; several times", readThreshold)
    .addOption(new Option("--quiet-minutes <minutes>", "how long it must have been below before an alert ends").argParser(integerIn(0, quietMinutes)))
    .addOption(
      new Option("--cool-down-minutes <minutes>", "how long after an end no alert starts of the same subject").argParser(
        integerIn(coolDownMinutes.min, coolDownMinutes.max),
      ),
    )
    .option("--channel <channel>", `how it is told: ${alertChannels.join(", ")}, or none; several times, or with commas between`, collectList)
    .option("--slack-url-file <file>", "holds the address of an incoming webhook of Slack; none: there is none any more")
    .option("--mute-until <time>", "tell nobody until then; none: tell them again", (text: string) => (text === "none" ? "none" : time(text)))
    .action((rule: string, options: SetOptions) => setRule(open(), rule, options));
  addExamples(command, [
    "keywright alerts set key.refusals --threshold refusals=1000 --channel mail,slack --slack-url-file slack.txt",
    "keywright alerts set key.unused --no-enabled",
  ]);
};

const isRule = (text: string): text is AlertRuleId => alertRuleIds.some((rule) => rule === text);

const setRule = async ({ output, connect }: Session, rule: string, options: SetOptions): Promise<void> => {
  if (!isRule(rule)) throw new CommandFailure("USAGE", `There is no rule ${JSON.stringify(rule)}: there are ${alertRuleIds.join(", ")}.`);
  const channels = listOrNone(options.channel);
  const unknown = channels?.find((channel) => !isChannel(channel));
  if (unknown !== undefined) throw new CommandFailure("USAGE", `There is no channel ${JSON.stringify(unknown)}: there are ${alertChannels.join(", ")}.`);
  const body = defined({
    tenant_id: options.tenant,
    enabled: options.enabled,
    thresholds: options.threshold,
    quiet_minutes: options.quietMinutes,
    cool_down_minutes: options.coolDownMinutes,
    channels: channels?.filter(isChannel),
    slack_url: await readSlackUrl(options.slackUrlFile),
    muted_until: nullIfNone(options.muteUntil),
  });
  const changed = await (await connect()).call("update-alert-rule", { params: { rule }, body });
  output.show(changed, (paper) => paper.fields(fieldsOf(changed)));
};

/** Whoever knows the address may post there, and an argument is seen by every process. */
const readSlackUrl = async (file: string | undefined): Promise<string | null | undefined> => {
  if (file === undefined || file === "none") return file === undefined ? undefined : null;
  return (await readSmallFile(file, "USAGE", "--slack-url-file")).trim();
};

const fieldsOf = (rule: AlertRule): Parameters<Paper["fields"]>[0] => [
  ["Rule", rule.rule],
  ["Tenant", rule.tenant_id ?? "the operators"],
  ["Starts", rule.doc],
  ["To do", rule.advice],
  ["Use", shownUse(rule)],
  ["Thresholds", shownThresholds(rule)],
  ["Quiet", `${rule.quiet_minutes} min`],
  ["Cool-down", `${rule.cool_down_minutes} min`],
  ["Told by", shownList(rule.channels, "nobody")],
  ["Slack at", rule.slack_host ?? "none"],
];
