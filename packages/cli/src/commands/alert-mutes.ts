import { type AlertMute, type AlertRuleId, alertRuleIds } from "@keywright/contract";
import { type Command, Option } from "commander";
import { defined } from "../defined.ts";
import { addExamples } from "../examples.ts";
import { time } from "../option-values.ts";
import type { Paper } from "../paper.ts";
import { addPagingOptions, noteNext, type PagingOptions, readPages } from "../read-pages.ts";
import type { OpenSession, Session } from "../session.ts";
import { shownTime } from "../view.ts";

/** What is told of to nobody. */
export const addMutes = (alerts: Command, open: OpenSession): void => {
  for (const add of [addMute, addUnmute, addList]) add(alerts, open);
};

interface MuteOptions {
  readonly tenant?: string;
  readonly rule?: AlertRuleId;
  readonly until?: string;
  readonly reason?: string;
}

const addMute = (alerts: Command, open: OpenSession): void => {
  const command = alerts
    .command("mute")
    .description("Tell nobody of alerts about a subject; they are in the history all the same.")
    .argument("<subject-id>", "a key's id, an address, a hint or an engine")
    .option("--tenant <tenant-id>", "whose; with a root key, left out: the operators' own")
    .addOption(new Option("--rule <rule>", "of one rule alone").choices(alertRuleIds))
    .option("--until <time>", "until when; left out: until it is unmuted", time)
    .option("--reason <text>", "why")
    .action((subjectId: string, options: MuteOptions) => mute(open(), subjectId, options));
  addExamples(command, ["keywright alerts mute key_… --tenant ten_… --rule key.unused --reason 'used once a year'"]);
};

const mute = async ({ output, connect }: Session, subjectId: string, { tenant, rule, until, reason }: MuteOptions): Promise<void> => {
  const body = { subject_id: subjectId, ...defined({ tenant_id: tenant, rule, until, reason }) };
  const made = await (await connect()).call("create-alert-mute", { body });
  output.show(made, (paper) => muteTable(paper, [made]));
};

const addUnmute = (alerts: Command, open: OpenSession): void => {
  const command = alerts
    .command("unmute")
    .description("Tell of alerts about it again.")
    .argument("<mute-id>", "the mute's id, mut_…")
    .action((muteId: string) => unmute(open(), muteId));
  addExamples(command, ["keywright alerts unmute mut_…"]);
};

const unmute = async ({ output, connect }: Session, muteId: string): Promise<void> => {
  const deleted = await (await connect()).call("delete-alert-mute", { params: { mute_id: muteId } });
  output.show(deleted, (paper) =>
    paper.fields([
      ["ID", deleted.id],
      ["Status", deleted.status],
    ]),
  );
};

interface ListOptions extends PagingOptions {
  readonly tenant?: string;
}

const addList = (alerts: Command, open: OpenSession): void => {
  const command = alerts
    .command("mutes")
    .description("List what is muted, newest first.")
    .option("--tenant <tenant-id>", "whose; with a root key, left out: the operators' own");
  addPagingOptions(command).action((options: ListOptions) => listMutes(open(), options));
  addExamples(command, ["keywright alerts mutes --tenant ten_…"]);
};

const listMutes = async ({ output, connect }: Session, options: ListOptions): Promise<void> => {
  const client = await connect();
  const page = await readPages(options, (paging) => client.call("list-alert-mutes", { query: defined({ tenant_id: options.tenant, ...paging }) }));
  output.show(page, (paper) => muteTable(paper, page.data));
  noteNext(output, page);
};

const muteTable = (paper: Paper, mutes: readonly AlertMute[]): string => {
  if (mutes.length === 0) return "Nothing is muted.";
  const rows = mutes.map(({ id, subject_id: subject, rule, until, reason }) => [id, subject, rule ?? "any", shownTime(until, "unmuted"), reason ?? ""]);
  return paper.table(["ID", "ABOUT", "RULE", "UNTIL", "REASON"], rows);
};
