import { rolePermissions } from "@keywright/contract";
import { describeMe, type Membership, wantsReminders } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { IsManagementEnabled } from "../http/management-flag.ts";
import type { Handler } from "../http/route.ts";

interface MeDeps extends Pick<Engine, "store"> {
  readonly isManagementEnabled: IsManagementEnabled;
}

export const getMeHandler =
  (deps: MeDeps): Handler<"get-me"> =>
  async ({ actor }) => {
    const { signedIn, memberships } = await describeMe(deps, actor);
    const { accountId, email, name, isOperator, mustChangePassword, hasTwoFactor } = signedIn;
    const body = {
      account: {
        id: accountId,
        email,
        name,
        is_operator: isOperator,
        must_change_password: mustChangePassword === true,
        two_factor_enabled: hasTwoFactor === true,
      },
      permissions: isOperator ? [...rolePermissions.operator] : [],
      reminder_mails: await wantsReminders(deps, actor),
      management_enabled: await deps.isManagementEnabled(null),
      memberships: await Promise.all(memberships.map((membership) => toWire(deps, membership))),
    };
    return { status: 200, body };
  };

const toWire = async ({ isManagementEnabled }: MeDeps, { member, tenant }: Membership) => ({
  member_id: member.id,
  tenant: { id: tenant.id, name: tenant.name, status: tenant.status },
  role: member.role,
  permissions: [...rolePermissions[member.role]],
  management_enabled: await isManagementEnabled(tenant.id),
});
