import { type MemberRole, type PlatformScope, platformScopePermissions, platformScopes, roleKeyReach, rolePermissions } from "@keywright/contract";

/** Whether a scope is for the platform's own API, and not of the operator's catalogue. */
export const isPlatformScope = (scope: string): scope is PlatformScope => (platformScopes as readonly string[]).includes(scope);

/** Whether a key with this scope is no wider than the role. */
export const roleGrants = (role: MemberRole, scope: string): boolean => {
  const own = rolePermissions[role];
  if (!isPlatformScope(scope)) return own.includes("keys:write");
  const opened = platformScopePermissions[scope];
  // A key's own writing reaches all keys of the tenant.
  const isTooFar = roleKeyReach[role] === "own" && opened.includes("keys:write");
  return own.includes("keys:write") && !isTooFar && opened.every((permission) => own.includes(permission));
};
