import type { Member } from "@keywright/contract";
import type { Command } from "commander";
import { defined } from "../defined.ts";
import { addExamples } from "../examples.ts";
import type { Paper } from "../paper.ts";
import { addPagingOptions, noteNext, type PagingOptions, readPages } from "../read-pages.ts";
import { roleOption } from "../role-option.ts";
import type { OpenSession, Session } from "../session.ts";
import { shownTime } from "../view.ts";

export const addMembers = (program: Command, open: OpenSession): void => {
  const members = program.command("members").description("Add people to tenants, and see them.");
  addCreateMember(members, open);
  addListMembers(members, open);
};

interface CreateMemberOptions {
  readonly tenant?: string;
  readonly email: string;
  readonly name: string;
  readonly role?: Member["role"];
  readonly idempotencyKey?: string;
}

const addCreateMember = (members: Command, open: OpenSession): void => {
  const command = members
    .command("create")
    .description("Add a person to a tenant.")
    .requiredOption("--email <address>", "the person's e-mail address")
    .requiredOption("--name <name>", "the person's name")
    .option("--tenant <tenant-id>", "the tenant; needed with a root key")
    .addOption(roleOption())
    .option("--idempotency-key <text>", "repeating the command with the same text answers as the first time, for 24 h")
    .action((options: CreateMemberOptions) => createMember(open(), options));
  addExamples(command, ["keywright members create --tenant ten_… --email ada@example.com --name Ada --role developer"]);
};

const createMember = async ({ output, connect }: Session, { tenant, email, name, role, idempotencyKey }: CreateMemberOptions): Promise<void> => {
  const client = await connect();
  const member = await client.call("create-member", { body: defined({ tenant_id: tenant, email, name, role }), ...defined({ idempotencyKey }) });
  output.show(member, (paper) => memberFields(paper, member));
};

interface ListMembersOptions extends PagingOptions {
  readonly tenant?: string;
}

const addListMembers = (members: Command, open: OpenSession): void => {
  const command = members
    .command("list")
    .description("List members, newest first.")
    .option("--tenant <tenant-id>", "the tenant whose members; needed with a root key");
  addPagingOptions(command).action((options: ListMembersOptions) => listMembers(open(), options));
  addExamples(command, ["keywright members list --tenant ten_…", "keywright members list --tenant ten_… --all --json"]);
};

const listMembers = async ({ output, connect }: Session, options: ListMembersOptions): Promise<void> => {
  const client = await connect();
  const page = await readPages(options, (paging) => client.call("list-members", { query: defined({ tenant_id: options.tenant, ...paging }) }));
  output.show(page, (paper) => memberTable(paper, page.data));
  noteNext(output, page);
};

export const memberTable = (paper: Paper, members: readonly Member[]): string => {
  if (members.length === 0) return "No members.";
  const rows = members.map(({ id, name, email, role, tenant_id: tenant, created_at: created }) => [id, name, email, role, tenant, shownTime(created, "")]);
  return paper.table(["ID", "NAME", "E-MAIL", "ROLE", "TENANT", "ADDED"], rows);
};

const memberFields = (paper: Paper, member: Member): string =>
  paper.fields([
    ["ID", member.id],
    ["Name", member.name],
    ["E-mail", member.email],
    ["Role", member.role],
    ["Tenant", member.tenant_id],
    ["Added", shownTime(member.created_at, "")],
  ]);
