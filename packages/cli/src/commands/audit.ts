import type { EndpointReply } from "@keywright/contract";
import type { Command } from "commander";
import { defined } from "../defined.ts";
import { addExamples } from "../examples.ts";
import { integerIn, moment } from "../option-values.ts";
import type { Paper } from "../paper.ts";
import { addPagingOptions, noteNext, type PagingOptions, readPages } from "../read-pages.ts";
import type { OpenSession, Session } from "../session.ts";
import { type Moment, resolveMoment } from "../times.ts";
import { shownTime } from "../view.ts";
import { addVerifyAudit } from "./verify-audit.ts";

interface ListAuditOptions extends PagingOptions {
  readonly tenant?: string;
  readonly actor?: string;
  readonly target?: string;
  readonly action?: string;
  readonly from?: Moment;
  readonly to?: Moment;
}

export const addAudit = (program: Command, open: OpenSession): void => {
  const audit = program.command("audit").description("Read the audit log, export it, and verify that nobody has touched it.");
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
  addExport(audit, open);
  addCheckpoints(audit, open);
  addVerifyAudit(audit, open);
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

interface ExportOptions {
  readonly tenant?: string;
  readonly after?: number;
}

const addExport = (audit: Command, open: OpenSession): void => {
  const command = audit
    .command("export")
    .description("Write an audit log to standard output as JSON lines: its entries with their hashes, the signed checkpoints, and where it ends.")
    .option("--tenant <tenant-id>", "a tenant's; else the platform's, or with an API key its own tenant's")
    .option("--after <sequence>", "only what comes after this entry", integerIn(0, 999_999_999_999))
    .action((options: ExportOptions) => exportAudit(open(), options));
  addExamples(command, ["keywright audit export --tenant ten_… > audit.jsonl"]);
};

/** JSON lines, with `--json` or without. */
const exportAudit = async ({ io, connect }: Session, { tenant, after }: ExportOptions): Promise<void> => {
  const client = await connect();
  for await (const line of await client.call("export-audit-log", { query: defined({ tenant_id: tenant, after }) })) {
    if (!io.stdout.write(`${JSON.stringify(line)}\n`)) await new Promise((resolve) => io.stdout.once("drain", resolve));
  }
};

interface CheckpointOptions extends PagingOptions {
  readonly tenant?: string;
}

const addCheckpoints = (audit: Command, open: OpenSession): void => {
  const command = audit
    .command("checkpoints")
    .description("List the signed checkpoints of an audit log, oldest first, and the public key that verifies them.")
    .option("--tenant <tenant-id>", "a tenant's; else the platform's, or with an API key its own tenant's");
  addPagingOptions(command).action((options: CheckpointOptions) => listCheckpoints(open(), options));
  addExamples(command, ["keywright audit checkpoints --tenant ten_… --all --json"]);
};

type Checkpoints = EndpointReply<"list-audit-checkpoints">;

const listCheckpoints = async ({ output, connect }: Session, options: CheckpointOptions): Promise<void> => {
  const client = await connect();
  const keys: Checkpoints["public_key"][] = [];
  const page = await readPages(options, async (paging) => {
    const { public_key, ...found } = await client.call("list-audit-checkpoints", { query: defined({ tenant_id: options.tenant, ...paging }) });
    keys.push(public_key);
    return found;
  });
  output.show({ ...page, public_key: keys[0] }, (paper) => `${checkpointTable(paper, page.data)}\n${keys[0]?.pem ?? ""}`.trimEnd());
  noteNext(output, page);
};

const checkpointTable = (paper: Paper, checkpoints: readonly Checkpoints["data"][number][]): string => {
  if (checkpoints.length === 0) return "No checkpoints yet.";
  const rows = checkpoints.map(({ at_ms: atMs, kind, sequence, hash }) => [shownTime(new Date(atMs).toISOString(), ""), kind, String(sequence), hash]);
  return paper.table(["AT", "KIND", "ENTRY", "HASH"], rows);
};
