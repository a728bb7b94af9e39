import Type, { type Static } from "typebox";
import { memberRoles, type MemberRole as RoleName } from "../permissions.ts";
import { MemberId, TeamId, TenantId } from "./key.ts";
import { bounds } from "./limits.ts";
import { paging } from "./paging.ts";
import { closed, id, nullable, text, time } from "./text.ts";

export const MemberRole = Type.Unsafe<RoleName>(
  Type.Union(
    memberRoles.map((role) => Type.Literal(role)),
    { description: "What the person may do in the tenant." },
  ),
);
const Email = Type.String({ format: "email", minLength: 3, maxLength: 254 });
const ofTenant = { tenant_id: Type.Optional(TenantId) };

export const Member = Type.Object({
  id: MemberId,
  tenant_id: TenantId,
  email: Type.String(),
  name: Type.String(),
  role: MemberRole,
  created_at: time("When the member was added."),
});
export type Member = Static<typeof Member>;
export const CreateMember = Type.Object({ ...ofTenant, email: Email, name: text(bounds.name, "The person's name."), role: Type.Optional(MemberRole) }, closed);
export const UpdateMember = Type.Object({ role: MemberRole }, closed);
const KeysOfLeaver = Type.Union([Type.Literal("revoke"), Type.Object({ team_id: TeamId }, closed)], {
  description: "What becomes of the member's live keys: they are revoked, or handed over to a team. Needed where there are any.",
});
export const RemoveMember = Type.Object({ keys: Type.Optional(KeysOfLeaver) }, closed);
export const RemovedMember = Type.Object({
  id: MemberId,
  status: Type.Literal("removed"),
  keys: Type.Integer({ description: "How many live keys were revoked or handed over." }),
  enforced: Type.Boolean({ description: "true: every process knows of it." }),
});
export const ListMembersQuery = Type.Object({ ...ofTenant, ...paging }, closed);

const TeamName = text(bounds.name, "The team's name, unique in the tenant.");
export const Team = Type.Object({
  id: TeamId,
  tenant_id: TenantId,
  name: Type.String(),
  created_at: time("When the team was created."),
  updated_at: time("When the team last changed."),
});
export type Team = Static<typeof Team>;
export const CreateTeam = Type.Object({ ...ofTenant, name: TeamName }, closed);
export const UpdateTeam = Type.Object({ name: TeamName }, closed);
export const DeletedTeam = Type.Object({ id: TeamId, status: Type.Literal("deleted") });
export const ListTeamsQuery = Type.Object({ ...ofTenant, ...paging }, closed);
export const ListTeamMembersQuery = Type.Object(paging, closed);
export const AddTeamMember = Type.Object({ member_id: MemberId }, closed);
export const TeamPlace = Type.Object({ team_id: TeamId, member_id: MemberId, status: Type.Union([Type.Literal("added"), Type.Literal("removed")]) });

export const InvitationId = id("inv", "The invitation's id.");
export const Invitation = Type.Object({
  id: InvitationId,
  tenant_id: TenantId,
  email: Type.String(),
  role: MemberRole,
  team_ids: Type.Array(Type.String()),
  status: Type.Union([Type.Literal("pending"), Type.Literal("accepted"), Type.Literal("withdrawn"), Type.Literal("expired")]),
  created_at: time("When the invitation was made, or last sent again."),
  expires_at: time("When its link stops working."),
  accepted_at: nullable(time("When it was accepted.")),
});
export type Invitation = Static<typeof Invitation>;
export const CreateInvitation = Type.Object(
  {
    ...ofTenant,
    email: Email,
    role: Type.Optional(MemberRole),
    team_ids: Type.Optional(Type.Array(TeamId, { maxItems: bounds.teams, uniqueItems: true, description: "Teams that the person joins." })),
  },
  closed,
);
export const ListInvitationsQuery = Type.Object({ ...ofTenant, ...paging }, closed);
export const AcceptInvitation = Type.Object(
  { token: Type.String({ minLength: 1, maxLength: 128, description: "The token of the link in the mail." }) },
  closed,
);

const reminderDays = Type.Integer({ minimum: 1, maximum: bounds.reminderDays });
/** When people are reminded of keys by mail. */
const Reminders = Type.Object(
  {
    rotate_after_days: nullable(Type.Integer({ minimum: 0, maximum: bounds.reminderDays }), {
      description: "The age in days at which a key's secret is to be replaced; null or 0: nobody is reminded.",
    }),
    expiry_days: Type.Array(reminderDays, {
      maxItems: bounds.reminders,
      uniqueItems: true,
      description: "How many days before a key ends; empty: nobody is reminded.",
    }),
  },
  closed,
);

export const Settings = Type.Object({
  tenant_id: TenantId,
  developer_scopes: nullable(Type.Array(Type.String()), { description: "The scopes that developers may grant to keys; null: all that their role can." }),
  reminders: nullable(Reminders, { description: "When people are reminded of keys by mail; null: as the operator's policy has it." }),
  revision: Type.Integer({ description: "The tenant's change counter; `ETag` is this number in quotes." }),
});
export const SettingsQuery = Type.Object(ofTenant, closed);
export const UpdateSettings = Type.Object(
  {
    ...ofTenant,
    developer_scopes: Type.Optional(
      nullable(Type.Array(Type.String({ pattern: "^[a-z][a-z0-9_.:-]{0,63}$" }), { maxItems: bounds.scopes, uniqueItems: true, description: "Empty: none." }), {
        description: "The scopes that developers may grant to keys; null: all that their role can.",
      }),
    ),
    reminders: Type.Optional(nullable(Reminders, { description: "When people are reminded of keys by mail; null: as the operator's policy has it." })),
  },
  closed,
);
