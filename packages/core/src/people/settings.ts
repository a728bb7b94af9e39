import { auditEntry } from "../audit.ts";
import { type Committed, commitChange } from "../change.ts";
import { AppError } from "../errors.ts";
import type { Actor } from "../model/audit.ts";
import type { Policy } from "../model/policy.ts";
import type { Tenant } from "../model/tenant.ts";
import type { Store } from "../ports/store.ts";
import { checkScopes } from "../rules/key-fields.ts";
import { isTenantSigned, signTenant } from "../signing.ts";
import { tenantOf } from "../visibility.ts";
import type { PeopleDeps } from "./change-role.ts";

export interface SettingsDeps extends PeopleDeps {
  readonly policy: Policy;
}

export interface ChangeSettingsRequest {
  readonly actor: Actor;
  readonly tenantId: string | undefined;
  /** Left out, as the next one: it stays. */
  readonly developerScopes?: Tenant["developerScopes"] | undefined;
  readonly reminders?: Tenant["reminders"] | undefined;
  /** The revision that the caller saw; null: whatever it is now. */
  readonly ifRevision: number | null;
}

export const getSettings = async (deps: { readonly store: Store }, { actor, tenantId }: Pick<ChangeSettingsRequest, "actor" | "tenantId">): Promise<Tenant> => {
  const stored = await deps.store.tenants.find(tenantOf(actor, tenantId));
  if (stored === undefined) throw new AppError("NOT_FOUND");
  return stored.row;
};

/** Changes what the tenant's owners decide. Keys that stand already keep their scopes. */
export const changeSettings = async (
  deps: SettingsDeps,
  { actor, tenantId: named, developerScopes, reminders, ifRevision }: ChangeSettingsRequest,
): Promise<Committed<Tenant>> => {
  const tenantId = tenantOf(actor, named);
  checkScopes(deps.policy, developerScopes ?? [], "/developer_scopes");
  return commitChange(deps, async (stores) => {
    const stored = await stores.tenants.lock(tenantId);
    if (stored === undefined || !isTenantSigned(deps.keyring, stored)) throw new AppError("NOT_FOUND");
    const before = stored.row;
    if (ifRevision !== null && ifRevision !== before.revision) throw new AppError("PRECONDITION_FAILED");
    const chosen = { ...(developerScopes !== undefined && { developerScopes }), ...(reminders !== undefined && { reminders }) };
    const after: Tenant = { ...before, ...chosen, updatedAtMs: deps.clock.nowMs(), revision: before.revision + 1 };
    await stores.tenants.update(signTenant(deps.keyring, after));
    const happening = { actor, tenantId, action: "settings.updated", target: { type: "tenant", id: tenantId } } as const;
    const view = (tenant: Tenant) => ({
      ...(developerScopes !== undefined && { developer_scopes: tenant.developerScopes }),
      ...(reminders !== undefined && { reminders: remindersView(tenant.reminders) }),
    });
    await stores.audit.append(auditEntry(deps, { ...happening, before: view(before), after: view(after) }));
    return { result: after, changed: [after] };
  });
};

const remindersView = (rules: Tenant["reminders"]) => rules && { rotate_after_days: rules.rotateAfterDays, expiry_days: rules.expiryDays };
