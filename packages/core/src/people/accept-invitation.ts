import { type AuditDeps, auditEntry } from "../audit.ts";
import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import type { Keyring } from "../keyring.ts";
import type { Actor } from "../model/audit.ts";
import type { Secret } from "../model/secret.ts";
import type { Invitation, Member } from "../model/tenant.ts";
import type { Store, Stores } from "../ports/store.ts";
import { linkMember } from "./link-account.ts";
import type { SignedIn } from "./signed-in.ts";

export interface AcceptDeps extends AuditDeps {
  /** Of all tenants: whoever accepts is in none yet. */
  readonly store: Store;
  readonly keyring: Keyring;
}

export interface AcceptRequest {
  readonly actor: Actor;
  readonly token: Secret;
}

interface Accepting {
  readonly actor: Actor;
  readonly signedIn: SignedIn;
  readonly invitation: Invitation;
}

/** Makes the person who was invited a member. Once, in time, and for the account with the invited address alone. */
export const acceptInvitation = async (deps: AcceptDeps, { actor, token }: AcceptRequest): Promise<Member> => {
  const { signedIn } = actor;
  if (actor.type !== "account" || signedIn === undefined)
    throw new AppError("PERMISSION_DENIED", { detail: "Only a person who has signed in accepts an invitation." });
  const found = await deps.store.invitations.findByDigest(deps.keyring.digests(token));
  if (found === undefined) throw new AppError("NOT_FOUND");
  if (found.email.toLowerCase() !== signedIn.email.toLowerCase()) {
    const happening = { actor, tenantId: found.tenantId, action: "invitation.refused", target: { type: "invitation", id: found.id } } as const;
    await deps.store.audit.append(auditEntry(deps, { ...happening, reason: "the account has another address" }));
    throw new AppError("INVITED_ANOTHER");
  }
  return deps.store.transaction(async (stores) => accept(deps, stores, { actor, signedIn, invitation: await lockAcceptable(deps, stores, found) }));
};

const lockAcceptable = async (deps: AcceptDeps, stores: Stores, { id, tenantId, digest }: Invitation): Promise<Invitation> => {
  const tenant = await stores.tenants.lock(tenantId);
  if (tenant?.row.status !== "active") throw new AppError("TENANT_SUSPENDED");
  const invitation = await stores.invitations.lock(id);
  if (invitation === undefined || invitation.digest !== digest)
    throw new AppError("INVITATION_ENDED", { detail: "The invitation was sent again: use the newer link." });
  if (invitation.acceptedAtMs !== null) throw new AppError("INVITATION_ENDED", { detail: "The invitation has been accepted; its link works once." });
  if (invitation.withdrawnAtMs !== null) throw new AppError("INVITATION_ENDED", { detail: "The invitation was withdrawn." });
  if (invitation.expiresAtMs <= deps.clock.nowMs()) throw new AppError("INVITATION_ENDED", { detail: "The invitation has expired." });
  return invitation;
};

const accept = async (deps: AcceptDeps, stores: Stores, accepting: Accepting): Promise<Member> => {
  const { actor, invitation } = accepting;
  const member = await joinTenant(deps, stores, accepting);
  for (const teamId of invitation.teamIds) {
    // A team may have been deleted since.
    if ((await stores.teams.lock(teamId)) !== undefined) await stores.teams.place({ tenantId: invitation.tenantId, teamId, memberId: member.id });
  }
  await stores.invitations.update({ ...invitation, acceptedAtMs: deps.clock.nowMs() });
  const happening = { actor, tenantId: invitation.tenantId, action: "invitation.accepted", target: { type: "invitation", id: invitation.id } } as const;
  await stores.audit.append(auditEntry(deps, { ...happening, after: { member_id: member.id, role: member.role } }));
  return member;
};

/** Whoever is a member already, by their account or by their address, stays the member that they are. */
const joinTenant = async (deps: AcceptDeps, stores: Stores, { actor, signedIn, invitation }: Accepting): Promise<Member> => {
  const { tenantId, email, role } = invitation;
  const { accountId, name } = signedIn;
  const standing = await stores.members.findOfAccount(accountId, tenantId);
  if (standing !== undefined) return standing;
  const namesake = await stores.members.findByEmail(tenantId, email);
  if (namesake !== undefined) {
    const linked = await linkMember(deps, stores, { actor, memberId: namesake.id, accountId });
    if (linked === undefined) throw new AppError("NAME_TAKEN", { detail: "Another account is the member with this address." });
    return linked;
  }
  const member: Member = { id: newId(deps.random, "mem"), tenantId, email, name, role, accountId, createdAtMs: deps.clock.nowMs() };
  if (!(await stores.members.insert(member))) throw new AppError("NAME_TAKEN", { detail: "The tenant already has a member with this e-mail address." });
  const happening = { actor, tenantId, action: "member.created", target: { type: "member", id: member.id } } as const;
  await stores.audit.append(auditEntry(deps, { ...happening, after: { name, role } }));
  return member;
};
