import Type from "typebox";
import { type Permission as PermissionId, permissionIds } from "../permissions.ts";
import { MemberId, TenantId } from "./key.ts";
import { MemberRole } from "./people.ts";
import { TenantStatus } from "./platform.ts";
import { closed } from "./text.ts";

const Permission = Type.Unsafe<PermissionId>(Type.Union(permissionIds.map((id) => Type.Literal(id))));
const isManaged = (whose: string) => Type.Boolean({ description: `Whether API-key management is switched on for ${whose}.` });

const Membership = Type.Object({
  member_id: MemberId,
  tenant: Type.Object({ id: TenantId, name: Type.String(), status: TenantStatus }),
  role: MemberRole,
  permissions: Type.Array(Permission, { description: "What this role opens in the tenant." }),
  management_enabled: isManaged("this tenant"),
});

/** Who is signed in, and where. */
export const Me = Type.Object({
  account: Type.Object({
    id: Type.String(),
    email: Type.String(),
    name: Type.String(),
    is_operator: Type.Boolean({ description: "true: acts as the operator, in all tenants and as no tenant's member." }),
    must_change_password: Type.Boolean({ description: "true: all else is refused until the one-time password has been changed." }),
    two_factor_enabled: Type.Boolean(),
  }),
  permissions: Type.Array(Permission, { description: "What the account may do as an operator; empty: it is none." }),
  reminder_mails: Type.Boolean({ description: "Whether the person is reminded of keys by mail." }),
  management_enabled: isManaged("whoever acts in no tenant, such as an operator"),
  memberships: Type.Array(Membership, { description: "The tenants that the account is a member of, the latest first; the first 100." }),
});

/** What a person chooses for themselves. */
export const UpdateMe = Type.Object({ reminder_mails: Type.Boolean({ description: "Whether to be reminded of keys by mail." }) }, closed);
export const ChosenMe = Type.Object({ reminder_mails: Type.Boolean() });
