import { rolePermissions } from "@keywright/contract";
import { type AuditDeps, auditEntry } from "../audit.ts";
import { AppError, notThere, TooManyAttempts } from "../errors.ts";
import { answerOnce, type Idempotency, plainCodec } from "../idempotency.ts";
import { newId } from "../ids.ts";
import type { Keyring } from "../keyring.ts";
import { auditLook } from "../keys/audit-look.ts";
import type { Actor } from "../model/audit.ts";
import type { Policy } from "../model/policy.ts";
import { Secret } from "../model/secret.ts";
import type { Invitation, Member } from "../model/tenant.ts";
import type { Attempts } from "../ports/attempts.ts";
import type { Mailer } from "../ports/mailer.ts";
import type { Page, PageRequest } from "../ports/page.ts";
import type { Store, Stores } from "../ports/store.ts";
import { toHex } from "../rules/hex.ts";
import { sees, tenantOf } from "../visibility.ts";
import { invitationMail } from "./invitation-mail.ts";
import { requireOwnersHand, standingOf } from "./standing.ts";

export interface InvitationDeps extends AuditDeps {
  readonly store: Store;
  readonly keyring: Keyring;
  readonly mailer: Mailer;
  readonly attempts: Attempts;
  readonly policy: Pick<Policy, "maxInvitationsPerHour">;
  /** Where a person accepts the invitation that has this token. */
  readonly invitationLink: (token: Secret) => string;
}

/** How long an invitation's link works. */
export const invitationLifeMs = 7 * 86_400_000;

export interface InviteRequest {
  readonly actor: Actor;
  readonly tenantId: string | undefined;
  readonly email: string;
  readonly role: Member["role"];
  readonly teamIds: readonly string[];
  readonly idempotency: Idempotency | null;
}

/**
 * Invites a person: the invitation is committed, then its mail is sent, and only then is it answered. The token is in the mail alone; the store has
 * its digest. Where the mail cannot be sent, the invitation is withdrawn again.
 */
export const invite = async (deps: InvitationDeps, request: InviteRequest): Promise<Invitation> => {
  const tenantId = tenantOf(request.actor, request.tenantId);
  return answerOnce(deps, {
    idempotency: request.idempotency,
    codec: plainCodec<Invitation>(),
    work: async (keep) => {
      await countMail(deps, { tenantId, email: request.email });
      const { token, issue } = issueToken(deps);
      const { email, role, teamIds } = request;
      const invitation: Invitation = { id: newId(deps.random, "inv"), tenantId, email, role, teamIds, ...issue, acceptedAtMs: null, withdrawnAtMs: null };
      const tenantName = await deps.store.transaction((stores) => storeInvitation(deps, stores, { actor: request.actor, invitation }));
      await sendOrWithdraw(deps, { actor: request.actor, invitation, token, tenantName });
      await deps.store.transaction((stores) => keep(stores, invitation));
      return invitation;
    },
  });
};

const hourSeconds = 3_600;
/** Of all tenants together: nobody's letter box is filled by way of ours. */
const mailsPerAddress = 5;

/** Counts a mail before anything is done for it. Subjects are counted by keyed hashes: the count tells nobody whom somebody invited. */
const countMail = async ({ attempts, keyring, policy }: InvitationDeps, { tenantId, email }: Pick<Invitation, "tenantId" | "email">): Promise<void> => {
  const ofAddress = await attempts.consume(keyring.tag(`invitations to ${email.toLowerCase()}`), { max: mailsPerAddress, window: hourSeconds });
  if (ofAddress.retryAfter !== null)
    throw new TooManyAttempts(ofAddress.retryAfter, { detail: "This address has been sent several invitations within an hour." });
  const ofTenant = await attempts.consume(keyring.tag(`invitations of ${tenantId}`), { max: policy.maxInvitationsPerHour, window: hourSeconds });
  if (ofTenant.retryAfter !== null)
    throw new TooManyAttempts(ofTenant.retryAfter, { detail: `A tenant sends ${policy.maxInvitationsPerHour} invitations an hour at most.` });
};

const issueToken = (deps: InvitationDeps) => {
  const token = new Secret(toHex(deps.random.bytes(32)));
  const nowMs = deps.clock.nowMs();
  return { token, issue: { digest: deps.keyring.digest(token), createdAtMs: nowMs, expiresAtMs: nowMs + invitationLifeMs } };
};

interface Inviting {
  readonly actor: Actor;
  readonly invitation: Invitation;
}

/** Answers the tenant's name. */
const storeInvitation = async (deps: AuditDeps, stores: Stores, { actor, invitation }: Inviting): Promise<string> => {
  const { tenantId, email, role } = invitation;
  const tenant = await stores.tenants.lock(tenantId);
  if (tenant === undefined) throw new AppError("NOT_FOUND", { detail: "There is no such tenant." });
  await requireMayInvite(stores, actor, role);
  await requireTeams(stores, invitation);
  if ((await stores.members.findByEmail(tenantId, email)) !== undefined)
    throw new AppError("NAME_TAKEN", { detail: "The tenant already has a member with this e-mail address." });
  await withdrawExpired(deps, stores, invitation);
  if (!(await stores.invitations.insert(invitation)))
    throw new AppError("NAME_TAKEN", { detail: "This address has been invited already; send that invitation again, or withdraw it." });
  await stores.audit.append(auditEntry(deps, { ...happening(actor, invitation), action: "invitation.created", after: auditView(invitation) }));
  return tenant.row.name;
};

const requireMayInvite = async (stores: Stores, actor: Actor, invited: Member["role"]): Promise<void> => {
  const role = await standingOf(stores, actor);
  if (role !== null && !rolePermissions[role].includes("invitations:write")) throw new AppError("PERMISSION_DENIED", { detail: "Your role invites nobody." });
  if (invited === "owner") requireOwnersHand(actor, role);
};

const requireTeams = async (stores: Stores, { tenantId, teamIds }: Invitation): Promise<void> => {
  for (const [index, teamId] of teamIds.entries()) {
    if ((await stores.teams.find(teamId))?.tenantId !== tenantId) throw notThere(`/team_ids/${index}`, "is no team of this tenant");
  }
};

/** One that nobody can accept any more makes room for the next. */
const withdrawExpired = async (deps: AuditDeps, stores: Stores, { tenantId, email }: Invitation): Promise<void> => {
  const open = await stores.invitations.findOpen(tenantId, email);
  const nowMs = deps.clock.nowMs();
  if (open !== undefined && open.expiresAtMs <= nowMs) await stores.invitations.update({ ...open, withdrawnAtMs: nowMs });
};

const happening = (actor: Actor, { id, tenantId }: Invitation) => ({ actor, tenantId, target: { type: "invitation", id } }) as const;

const auditView = ({ email, role, teamIds, expiresAtMs }: Invitation) => ({ email, role, team_ids: teamIds, expires_at_ms: expiresAtMs });

interface Sending extends Inviting {
  readonly token: Secret;
  readonly tenantName: string;
}

const sendOrWithdraw = async (deps: InvitationDeps, { actor, invitation, token, tenantName }: Sending): Promise<void> => {
  try {
    await deps.mailer.send(invitationMail({ invitation, tenantName, link: deps.invitationLink(token) }));
  } catch (error) {
    await deps.store.transaction(async (stores) => {
      const standing = await stores.invitations.lock(invitation.id);
      if (standing?.digest !== invitation.digest || standing.acceptedAtMs !== null || standing.withdrawnAtMs !== null) return;
      await stores.invitations.update({ ...standing, withdrawnAtMs: deps.clock.nowMs() });
      await stores.audit.append(auditEntry(deps, { ...happening(actor, invitation), action: "invitation.withdrawn", reason: "its mail could not be sent" }));
    });
    throw error;
  }
};

export const listInvitations = async (
  deps: Pick<InvitationDeps, "store" | "clock" | "random">,
  { actor, tenantId: named, page }: { actor: Actor; tenantId: string | undefined; page: PageRequest },
): Promise<Page<Invitation>> => {
  const tenantId = tenantOf(actor, named);
  const found = await deps.store.invitations.list(tenantId, page);
  await auditLook(deps, { actor, tenantId, target: { type: "tenant", id: tenantId }, what: "invitations" });
  return found;
};

/** The invitation, locked, if the actor may see it and it can still be changed. An expired one can: it may be sent again. */
const lockPending = async (stores: Stores, actor: Actor, invitationId: string): Promise<Invitation> => {
  const invitation = await stores.invitations.lock(invitationId);
  if (invitation === undefined || !sees(actor, invitation.tenantId)) throw new AppError("NOT_FOUND");
  if (invitation.acceptedAtMs !== null) throw new AppError("INVITATION_ENDED", { detail: "The invitation has been accepted." });
  if (invitation.withdrawnAtMs !== null) throw new AppError("INVITATION_ENDED", { detail: "The invitation was withdrawn." });
  return invitation;
};

/** Sends an invitation again, with a token of its own: the one before is of no use any more. */
export const resendInvitation = async (deps: InvitationDeps, actor: Actor, invitationId: string): Promise<Invitation> => {
  const asked = await deps.store.invitations.find(invitationId);
  if (asked === undefined || !sees(actor, asked.tenantId)) throw new AppError("NOT_FOUND");
  await countMail(deps, asked);
  const { token, issue } = issueToken(deps);
  const { invitation, tenantName } = await deps.store.transaction(async (stores) => {
    const before = await lockPending(stores, actor, invitationId);
    await requireMayInvite(stores, actor, before.role);
    const renewed: Invitation = { ...before, ...issue };
    await stores.invitations.update(renewed);
    await stores.audit.append(auditEntry(deps, { ...happening(actor, renewed), action: "invitation.resent", after: auditView(renewed) }));
    return { invitation: renewed, tenantName: (await stores.tenants.find(renewed.tenantId))?.row.name ?? "" };
  });
  await deps.mailer.send(invitationMail({ invitation, tenantName, link: deps.invitationLink(token) }));
  return invitation;
};

export const withdrawInvitation = (deps: Pick<InvitationDeps, "store" | "clock" | "random">, actor: Actor, invitationId: string): Promise<Invitation> =>
  deps.store.transaction(async (stores) => {
    const before = await lockPending(stores, actor, invitationId);
    const withdrawn: Invitation = { ...before, withdrawnAtMs: deps.clock.nowMs() };
    await stores.invitations.update(withdrawn);
    await stores.audit.append(auditEntry(deps, { ...happening(actor, before), action: "invitation.withdrawn", before: auditView(before) }));
    return withdrawn;
  });
