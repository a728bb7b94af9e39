import { type MemberRole, platformScopePermissions } from "@keywright/contract";
import { AppError } from "../errors.ts";
import type { Keyring } from "../keyring.ts";
import type { Actor } from "../model/audit.ts";
import { standingOf } from "../people/standing.ts";
import type { Stores } from "../ports/store.ts";
import { isPlatformScope, roleGrants } from "../rules/role-grants.ts";
import { holds, rootHolds } from "../rules/scopes.ts";
import { isTenantSigned } from "../signing.ts";

interface GrantDeps {
  readonly stores: Pick<Stores, "members" | "tenants">;
  readonly keyring: Keyring;
}

/**
 * Nobody grants a scope that they do not hold. A root key or an operator grants all of the operator's own catalogue; a scope for the platform's API
 * they grant where they hold every permission that the scope opens: else a key that they make could do more than they can. A member grants the
 * catalogue, a developer as far as the tenant's owners allow, and a platform scope where their role may all that it opens, for all of the tenant's keys.
 */
export const requireGrant = async (deps: GrantDeps, actor: Actor, scopes: readonly string[]): Promise<void> => {
  const missing = await ungrantable(deps, actor, scopes);
  if (missing.length > 0) throw new AppError("SCOPE_NOT_HELD", { detail: `This caller does not hold, or may not grant: ${missing.join(", ")}.` });
};

/** Those of these scopes that the actor may not grant. */
export const ungrantable = async (deps: GrantDeps, actor: Actor, scopes: readonly string[]): Promise<readonly string[]> => {
  const role = await standingOf(deps.stores, actor);
  return role === null ? scopes.filter((scope) => !credentialGrants(actor, scope)) : missingFor(deps, { actor, role }, scopes);
};

const credentialGrants = (actor: Actor, scope: string): boolean => {
  if (actor.tenantId !== null) return holds(actor.scopes, scope);
  if (actor.type === "system" || !isPlatformScope(scope)) return true;
  return platformScopePermissions[scope].every((permission) => rootHolds(actor.scopes, permission));
};

interface Granting {
  readonly actor: Actor;
  readonly role: MemberRole;
}

const missingFor = async (deps: GrantDeps, { actor, role }: Granting, scopes: readonly string[]): Promise<readonly string[]> => {
  const allowed = role === "developer" ? await developerScopes(deps, actor) : null;
  return scopes.filter((scope) => !roleGrants(role, scope) || (allowed !== null && !allowed.includes(scope)));
};

/** A tenant's row that was edited behind Keywright's back allows nothing. */
const developerScopes = async ({ stores, keyring }: GrantDeps, { tenantId }: Actor): Promise<readonly string[] | null> => {
  const tenant = await stores.tenants.find(tenantId ?? "");
  return tenant === undefined || !isTenantSigned(keyring, tenant) ? [] : tenant.row.developerScopes;
};
