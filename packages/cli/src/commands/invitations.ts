import type { Invitation } from "@keywright/contract";
import type { Command } from "commander";
import { addCarefulOptions, type CarefulOptions, confirm } from "../confirm.ts";
import { defined } from "../defined.ts";
import { addExamples } from "../examples.ts";
import { collectList } from "../option-values.ts";
import type { Paper } from "../paper.ts";
import { addPagingOptions, noteNext, type PagingOptions, readPages } from "../read-pages.ts";
import { roleOption } from "../role-option.ts";
import type { OpenSession, Session } from "../session.ts";
import { shownList, shownStatus, shownTime } from "../view.ts";

export const addInvitations = (program: Command, open: OpenSession): void => {
  const invitations = program.command("invitations").description("Invite people to tenants by mail, and see who has not come yet.");
  for (const add of [addCreateInvitation, addListInvitations, addResendInvitation, addWithdrawInvitation]) add(invitations, open);
};

interface CreateInvitationOptions {
  readonly tenant?: string;
  readonly email: string;
  readonly role?: Invitation["role"];
  readonly team?: readonly string[];
  readonly idempotencyKey?: string;
}

const addCreateInvitation = (invitations: Command, open: OpenSession): void => {
  const command = invitations
    .command("create")
    .description("Invite a person. The link in the mail works once, for seven days, and for the account with this address alone.")
    .requiredOption("--email <address>", "the person's e-mail address")
    .option("--tenant <tenant-id>", "the tenant; needed with a root key")
    .addOption(roleOption())
    .option("--team <team-id>", "a team that the person joins; several times, or with commas between", collectList)
    .option("--idempotency-key <text>", "repeating the command with the same text answers as the first time, for 24 h")
    .action((options: CreateInvitationOptions) => createInvitation(open(), options));
  addExamples(command, ["keywright invitations create --tenant ten_… --email grace@example.com --role developer --team team_…"]);
};

const createInvitation = async ({ output, connect }: Session, options: CreateInvitationOptions): Promise<void> => {
  const { tenant, email, role, team, idempotencyKey } = options;
  const client = await connect();
  const body = defined({ tenant_id: tenant, email, role, team_ids: team && [...team] });
  const invitation = await client.call("create-invitation", { body, ...defined({ idempotencyKey }) });
  output.show(invitation, (paper) => invitationFields(paper, invitation));
};

interface ListInvitationsOptions extends PagingOptions {
  readonly tenant?: string;
}

const addListInvitations = (invitations: Command, open: OpenSession): void => {
  const command = invitations
    .command("list")
    .description("List invitations, newest first.")
    .option("--tenant <tenant-id>", "the tenant whose invitations; needed with a root key");
  addPagingOptions(command).action((options: ListInvitationsOptions) => listInvitations(open(), options));
  addExamples(command, ["keywright invitations list --tenant ten_…"]);
};

const listInvitations = async ({ output, connect }: Session, options: ListInvitationsOptions): Promise<void> => {
  const client = await connect();
  const page = await readPages(options, (paging) => client.call("list-invitations", { query: defined({ tenant_id: options.tenant, ...paging }) }));
  output.show(page, (paper) => invitationTable(paper, page.data));
  noteNext(output, page);
};

const addResendInvitation = (invitations: Command, open: OpenSession): void => {
  const command = invitations
    .command("resend")
    .description("Send an invitation again, with a new link for another seven days; the old link stops working.")
    .argument("<invitation-id>", "the invitation's id, inv_…")
    .action((invitationId: string) => resendInvitation(open(), invitationId));
  addExamples(command, ["keywright invitations resend inv_…"]);
};

const resendInvitation = async ({ output, connect }: Session, invitationId: string): Promise<void> => {
  const invitation = await (await connect()).call("resend-invitation", { params: { invitation_id: invitationId } });
  output.show(invitation, (paper) => invitationFields(paper, invitation));
};

const addWithdrawInvitation = (invitations: Command, open: OpenSession): void => {
  const command = invitations
    .command("withdraw")
    .description("Withdraw an invitation: its link stops working.")
    .argument("<invitation-id>", "the invitation's id, inv_…");
  addCarefulOptions(command).action((invitationId: string, options: CarefulOptions) => withdrawInvitation(open(), invitationId, options));
  addExamples(command, ["keywright invitations withdraw inv_… --yes"]);
};

const withdrawInvitation = async (session: Session, invitationId: string, options: CarefulOptions): Promise<void> => {
  const client = await session.connect();
  const preview = async () => {
    const target = { id: invitationId };
    return { action: "withdraw-invitation", target, request: {}, toText: () => `Would withdraw invitation ${invitationId}: its link would stop working.` };
  };
  if (!(await confirm(session, options, { deed: `withdraw invitation ${invitationId}`, isFinal: true, preview }))) return;
  const invitation = await client.call("withdraw-invitation", { params: { invitation_id: invitationId } });
  session.output.show(invitation, (paper) => invitationFields(paper, invitation));
};

const invitationTable = (paper: Paper, invitations: readonly Invitation[]): string => {
  if (invitations.length === 0) return "No invitations.";
  const rows = invitations.map(({ id, email, role, status, expires_at: ends }) => [id, email, role, shownStatus(status), shownTime(ends, "")]);
  return paper.table(["ID", "E-MAIL", "ROLE", "STATUS", "LINK ENDS"], rows);
};

const invitationFields = (paper: Paper, invitation: Invitation): string =>
  paper.fields([
    ["ID", invitation.id],
    ["E-mail", invitation.email],
    ["Role", invitation.role],
    ["Teams", shownList(invitation.team_ids, "none")],
    ["Status", shownStatus(invitation.status)],
    ["Tenant", invitation.tenant_id],
    ["Sent", shownTime(invitation.created_at, "")],
    ["Link ends", shownTime(invitation.expires_at, "")],
  ]);
