import type { Invitation as WireInvitation, Member as WireMember, Team as WireTeam } from "@keywright/contract";
import type { Invitation, Member, Team, Tenant } from "@keywright/core";
import { toTime, toTimeOrNull } from "./wire-form.ts";

export const toWireMember = (member: Member): WireMember => ({
  id: member.id,
  tenant_id: member.tenantId,
  email: member.email,
  name: member.name,
  role: member.role,
  created_at: toTime(member.createdAtMs),
});

export const toWireTeam = (team: Team): WireTeam => ({
  id: team.id,
  tenant_id: team.tenantId,
  name: team.name,
  created_at: toTime(team.createdAtMs),
  updated_at: toTime(team.updatedAtMs),
});

const statusOf = ({ acceptedAtMs, withdrawnAtMs, expiresAtMs }: Invitation, nowMs: number): WireInvitation["status"] => {
  if (acceptedAtMs !== null) return "accepted";
  if (withdrawnAtMs !== null) return "withdrawn";
  return expiresAtMs <= nowMs ? "expired" : "pending";
};

export const toWireInvitation = (invitation: Invitation, nowMs: number): WireInvitation => ({
  id: invitation.id,
  tenant_id: invitation.tenantId,
  email: invitation.email,
  role: invitation.role,
  team_ids: [...invitation.teamIds],
  status: statusOf(invitation, nowMs),
  created_at: toTime(invitation.createdAtMs),
  expires_at: toTime(invitation.expiresAtMs),
  accepted_at: toTimeOrNull(invitation.acceptedAtMs),
});

export const toWireSettings = ({ id, developerScopes, reminders, revision }: Tenant) => ({
  tenant_id: id,
  developer_scopes: developerScopes && [...developerScopes],
  reminders: reminders && { rotate_after_days: reminders.rotateAfterDays, expiry_days: [...reminders.expiryDays] },
  revision,
});
