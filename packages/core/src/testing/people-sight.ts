import type { Signed } from "../model/key.ts";
import type { Invitation, Member, Team, Tenant } from "../model/tenant.ts";
import type { Stores } from "../ports/store.ts";
import { startMs } from "./store-rows.ts";

interface People {
  readonly tenant: Signed<Tenant>;
  /** Linked to an account, in the team, owner of one key. */
  readonly member: Member;
  readonly team: Team;
  readonly invitation: Invitation;
}

const page = { limit: 50, after: null };

/** How many of the estate's people can be seen, each way to look for them. */
export const peopleOf = async (store: Stores, { tenant, member, team, invitation }: People): Promise<readonly number[]> => {
  const tenantId = tenant.row.id;
  const { members, teams, invitations } = store;
  const found = [
    await members.findOfAccount(member.accountId ?? "", tenantId),
    await members.findByEmail(tenantId, member.email),
    await teams.find(team.id),
    await teams.lock(team.id),
    await teams.findByName(tenantId, team.name),
    await invitations.find(invitation.id),
    await invitations.lock(invitation.id),
    await invitations.findByDigest([invitation.digest]),
    await invitations.findOpen(tenantId, invitation.email),
    (await teams.isPlaced(team.id, member.id)) || undefined,
  ].map((row) => (row === undefined ? 0 : 1));
  const lists = [
    (await members.listOfAccount(member.accountId ?? "", page)).items,
    (await teams.list(tenantId, page)).items,
    (await teams.listPlaced(team.id, page)).items,
    (await invitations.list(tenantId, page)).items,
    await store.keys.listAlive(member.id, startMs),
  ].map(({ length }) => length);
  return [...found, ...lists, await members.countOwners(tenantId)];
};

/** Of these, and of none as an owner. */
export const peoplesWays = 15;
