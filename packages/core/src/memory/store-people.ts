import type { Invitation, Team, TeamPlace } from "../model/tenant.ts";
import type { InvitationStore } from "../ports/invitation-store.ts";
import type { TeamStore } from "../ports/team-store.ts";
import { addRow, pageById, replaceRow, type StoreAccess, type StoreState } from "./store-state.ts";

export const memoryTeamStore = ({ read, write }: StoreAccess) =>
  ({
    insert: (team) =>
      write((state) => {
        if (named(state, team.tenantId, team.name) !== undefined) return false;
        addRow(state.teams, team.id, team);
        return true;
      }),
    update: (team) => write((state) => replaceRow(state.teams, team.id, team)),
    lock: (teamId) => read((state) => state.teams.get(teamId)),
    find: (teamId) => read((state) => state.teams.get(teamId)),
    findByName: (tenantId, name) => read((state) => named(state, tenantId, name)),
    list: (tenantId, page) =>
      read((state) =>
        pageById(
          [...state.teams.values()].filter((team) => team.tenantId === tenantId),
          ({ id }) => id,
          page,
        ),
      ),
    remove: (teamId) =>
      write((state) => {
        state.teams.delete(teamId);
        dropPlaces(state, (place) => place.teamId === teamId);
      }),
    place: (place) => write((state) => takePlace(state, place)),
    displace: (teamId, memberId) => write((state) => state.places.delete(placeId(teamId, memberId))),
    isPlaced: (teamId, memberId) => read((state) => state.places.has(placeId(teamId, memberId))),
    listPlaced: (teamId, page) =>
      read((state) =>
        pageById(
          [...state.members.values()].filter(({ id }) => state.places.has(placeId(teamId, id))),
          ({ id }) => id,
          page,
        ),
      ),
  }) satisfies TeamStore;

const placeId = (teamId: string, memberId: string): string => `${teamId} ${memberId}`;

const named = (state: StoreState, tenantId: string, name: string): Team | undefined =>
  [...state.teams.values()].find((team) => team.tenantId === tenantId && team.name.toLowerCase() === name.toLowerCase());

const takePlace = (state: StoreState, place: TeamPlace): void => {
  const { tenantId, teamId, memberId } = place;
  if (state.teams.get(teamId)?.tenantId !== tenantId || state.members.get(memberId)?.tenantId !== tenantId)
    throw new Error("A team and who is in it are of one tenant.");
  state.places.set(placeId(teamId, memberId), place);
};

/** A team or a member that goes takes its places with it. */
export const dropPlaces = (state: StoreState, isGone: (place: TeamPlace) => boolean): void => {
  for (const [id, place] of state.places) if (isGone(place)) state.places.delete(id);
};

export const memoryInvitationStore = ({ read, write }: StoreAccess) =>
  ({
    insert: (invitation) =>
      write((state) => {
        if (openTo(state, invitation.tenantId, invitation.email) !== undefined) return false;
        addRow(state.invitations, invitation.id, invitation);
        return true;
      }),
    update: (invitation) => write((state) => replaceRow(state.invitations, invitation.id, invitation)),
    lock: (invitationId) => read((state) => state.invitations.get(invitationId)),
    find: (invitationId) => read((state) => state.invitations.get(invitationId)),
    findByDigest: (digests) => read((state) => [...state.invitations.values()].find(({ digest }) => digests.includes(digest))),
    findOpen: (tenantId, email) => read((state) => openTo(state, tenantId, email)),
    list: (tenantId, page) =>
      read((state) =>
        pageById(
          [...state.invitations.values()].filter((invitation) => invitation.tenantId === tenantId),
          ({ id }) => id,
          page,
        ),
      ),
  }) satisfies InvitationStore;

const openTo = (state: StoreState, tenantId: string, email: string): Invitation | undefined =>
  [...state.invitations.values()].find(
    (one) => one.tenantId === tenantId && one.email.toLowerCase() === email.toLowerCase() && one.acceptedAtMs === null && one.withdrawnAtMs === null,
  );
