import { type Alert, type AlertRuleId, alertRuleIds, alertStates } from "@keywright/contract";
import { type Command, Option } from "commander";
import { defined } from "../defined.ts";
import { addExamples } from "../examples.ts";
import { moment } from "../option-values.ts";
import type { Paper } from "../paper.ts";
import { addPagingOptions, noteNext, type PagingOptions, readPages } from "../read-pages.ts";
import type { OpenSession, Session } from "../session.ts";
import { type Moment, resolveMoment } from "../times.ts";
import { shownTime } from "../view.ts";
import { addMutes } from "./alert-mutes.ts";
import { addRules } from "./alert-rules.ts";

/** What people are told of by itself. */
export const addAlerts = (program: Command, open: OpenSession): void => {
  const alerts = program.command("alerts").description("See what was told by itself, see to it, and choose what is told.");
  for (const add of [addList, addGet, addAcknowledge, addRules, addMutes]) add(alerts, open);
};

interface ListOptions extends PagingOptions {
  readonly tenant?: string;
  readonly state?: Alert["state"];
  readonly rule?: AlertRuleId;
  readonly subject?: string;
  readonly from?: Moment;
  readonly to?: Moment;
}

const addList = (alerts: Command, open: OpenSession): void => {
  const command = alerts
    .command("list")
    .description("List alerts, newest first: those that go on, and those that have ended.")
    .option("--tenant <tenant-id>", "whose; with a root key, left out: the operators' own")
    .addOption(new Option("--state <state>", "those of one state").choices(alertStates))
    .addOption(new Option("--rule <rule>", "those of one rule").choices(alertRuleIds))
    .option("--subject <id>", "those about one key, address, hint or engine")
    .option("--from <time>", "started not before: a time, or how long ago, such as 24h", moment)
    .option("--to <time>", "started before", moment);
  addPagingOptions(command).action((options: ListOptions) => listAlerts(open(), options));
  addExamples(command, ["keywright alerts list --state open", "keywright alerts list --tenant ten_… --subject key_… --from 7d"]);
};

const listAlerts = async ({ io, output, connect }: Session, options: ListOptions): Promise<void> => {
  const client = await connect();
  const { tenant, state, rule, subject, from, to } = options;
  const nowMs = io.nowMs();
  const filters = { tenant_id: tenant, state, rule, subject_id: subject, from: resolveMoment(from, nowMs), to: resolveMoment(to, nowMs) };
  const page = await readPages(options, (paging) => client.call("list-alerts", { query: defined({ ...filters, ...paging }) }));
  output.show(page, (paper) => alertTable(paper, page.data));
  noteNext(output, page);
};

const shownState = ({ state, muted }: Alert) => ({
  text: muted ? `${state}, muted` : state,
  style: state === "open" ? ("bad" as const) : ("good" as const),
});

const alertTable = (paper: Paper, alerts: readonly Alert[]): string => {
  if (alerts.length === 0) return "No alerts.";
  const rows = alerts.map((alert) => [
    alert.id,
    shownTime(alert.started_at, ""),
    shownState(alert),
    alert.severity,
    alert.rule,
    alert.subject.id,
    `${alert.value} (${alert.threshold})`,
  ]);
  return paper.table(["ID", "STARTED", "STATE", "SEVERITY", "RULE", "ABOUT", "VALUE"], rows);
};

const addGet = (alerts: Command, open: OpenSession): void => {
  const command = alerts
    .command("get")
    .description("Show an alert.")
    .argument("<alert-id>", "the alert's id, alr_…")
    .action((alertId: string) => getAlert(open(), alertId));
  addExamples(command, ["keywright alerts get alr_…"]);
};

const getAlert = async ({ output, connect }: Session, alertId: string): Promise<void> => {
  const alert = await (await connect()).call("get-alert", { params: { alert_id: alertId } });
  output.show(alert, (paper) => paper.fields(fieldsOf(alert)));
};

const addAcknowledge = (alerts: Command, open: OpenSession): void => {
  const command = alerts
    .command("acknowledge")
    .description("Say that you see to an alert: people are not told of it again.")
    .argument("<alert-id>", "the alert's id, alr_…")
    .action((alertId: string) => acknowledge(open(), alertId));
  addExamples(command, ["keywright alerts acknowledge alr_…"]);
};

const acknowledge = async ({ output, connect }: Session, alertId: string): Promise<void> => {
  const alert = await (await connect()).call("acknowledge-alert", { params: { alert_id: alertId } });
  output.show(alert, (paper) => paper.fields(fieldsOf(alert)));
};

const fieldsOf = (alert: Alert): Parameters<Paper["fields"]>[0] => [
  ["ID", alert.id],
  ["Rule", alert.rule],
  ["About", `${alert.subject.type} ${alert.subject.id}`],
  ["Tenant", alert.tenant_id ?? "the operators"],
  ["State", shownState(alert)],
  ["Severity", alert.severity],
  ["Value", `${alert.value}, from ${alert.threshold}`],
  ["Detail", alert.detail ?? "none"],
  ["Started", shownTime(alert.started_at, "")],
  ["Last seen", shownTime(alert.last_seen_at, "")],
  ["Ended", shownTime(alert.ended_at, "not yet")],
  ["Seen to", alert.acknowledged_at === null ? "by nobody yet" : `${shownTime(alert.acknowledged_at, "")} by ${alert.acknowledged_by?.id ?? "nobody"}`],
];
