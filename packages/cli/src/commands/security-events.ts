import { type EndpointReply, securityEventKinds, severities } from "@keywright/contract";
import { type Command, Option } from "commander";
import { defined } from "../defined.ts";
import { addExamples } from "../examples.ts";
import { moment } from "../option-values.ts";
import type { Paper } from "../paper.ts";
import { addPagingOptions, noteNext, type PagingOptions, readPages } from "../read-pages.ts";
import type { OpenSession, Session } from "../session.ts";
import { type Moment, resolveMoment } from "../times.ts";
import { shownTime } from "../view.ts";

interface ListOptions extends PagingOptions {
  readonly tenant?: string;
  readonly kind?: (typeof securityEventKinds)[number];
  readonly severity?: (typeof severities)[number];
  readonly subject?: string;
  readonly from?: Moment;
  readonly to?: Moment;
}

export const addSecurityEvents = (program: Command, open: OpenSession): void => {
  const events = program.command("security-events").description("See what was noticed that may be an attack.");
  const command = events
    .command("list")
    .description("List security events, newest first, with how much they matter and what they are about.")
    .option("--tenant <tenant-id>", "those of one tenant")
    .addOption(new Option("--kind <kind>", "those of one kind").choices(securityEventKinds))
    .addOption(new Option("--severity <severity>", "those that matter so much").choices(severities))
    .option("--subject <id>", "those about one address, key, hint or tenant")
    .option("--from <time>", "not before: a time, or how long ago, such as 24h", moment)
    .option("--to <time>", "before", moment);
  addPagingOptions(command).action((options: ListOptions) => listEvents(open(), options));
  addExamples(command, ["keywright security-events list --severity critical --json", "keywright security-events list --subject key_… --from 24h"]);
};

const listEvents = async ({ io, output, connect }: Session, options: ListOptions): Promise<void> => {
  const client = await connect();
  const { tenant, kind, severity, subject, from, to } = options;
  const nowMs = io.nowMs();
  const filters = { tenant_id: tenant, kind, severity, subject_id: subject, from: resolveMoment(from, nowMs), to: resolveMoment(to, nowMs) };
  const page = await readPages(options, (paging) => client.call("list-security-events", { query: defined({ ...filters, ...paging }) }));
  output.show(page, (paper) => eventTable(paper, page.data));
  noteNext(output, page);
};

const eventTable = (paper: Paper, events: readonly EndpointReply<"list-security-events">["data"][number][]): string => {
  if (events.length === 0) return "No security events.";
  const rows = events.map(({ at, severity, kind, subject, count, tenant_id: tenant }) => [
    shownTime(at, ""),
    severity,
    kind,
    subject.id,
    String(count),
    tenant ?? "none",
  ]);
  return paper.table(["AT", "SEVERITY", "KIND", "ABOUT", "TIMES", "TENANT"], rows);
};
