import type { EndpointReply } from "@keywright/contract";
import type { Command } from "commander";
import { defined } from "../defined.ts";
import { addExamples } from "../examples.ts";
import { moment } from "../option-values.ts";
import type { Paper } from "../paper.ts";
import { addPagingOptions, noteNext, type PagingOptions, readPages } from "../read-pages.ts";
import type { OpenSession, Session } from "../session.ts";
import { type Moment, resolveMoment } from "../times.ts";
import { shownTime } from "../view.ts";

interface ListAuditOptions extends PagingOptions {
  readonly tenant?: string;
  readonly actor?: string;
  readonly target?: string;
  readonly action?: string;
  readonly from?: Moment;
  readonly to?: Moment;
}

export const addAudit = (program: Command, open: OpenSession): void => {
  const audit = program.command("audit").description("Read the audit log.");
  const command = audit
    .command("list")
    .description("List changes, newest first, with their actor, address and reason.")
    .option("--tenant <tenant-id>", "those of one tenant")
    .option("--actor <id>", "those by one actor")
    .option("--target <id>", "those of one resource")
    .option("--action <action>", "those of one kind, such as key.revoked")
    .option("--from <time>", "not before: a time, or how long ago, such as 24h", moment)
    .option("--to <time>", "before", moment);
  addPagingOptions(command).action((options: ListAuditOptions) => listAudit(open(), options));
  addExamples(command, ["keywright audit list --target key_…", "keywright audit list --action key.revoked --from 30d --all --json"]);
};

const listAudit = async ({ io, output, connect }: Session, options: ListAuditOptions): Promise<void> => {
  const client = await connect();
  const { tenant, actor, target, action, from, to } = options;
  const nowMs = io.nowMs();
  const filters = { tenant_id: tenant, actor_id: actor, target_id: target, action, from: resolveMoment(from, nowMs), to: resolveMoment(to, nowMs) };
  const page = await readPages(options, (paging) => client.call("list-audit-log", { query: defined({ ...filters, ...paging }) }));
  output.show(page, (paper) => auditTable(paper, page.data));
  noteNext(output, page);
};

const auditTable = (paper: Paper, entries: readonly EndpointReply<"list-audit-log">["data"][number][]): string => {
  if (entries.length === 0) return "No entries.";
  const rows = entries.map(({ at, action, target, actor, ip, reason }) => [
    shownTime(at, ""),
    action,
    target.id,
    actor.id ?? actor.type,
    ip ?? "none",
    reason ?? "none",
  ]);
  return paper.table(["AT", "ACTION", "TARGET", "ACTOR", "ADDRESS", "REASON"], rows);
};
