import { everyPermission, type Permission, type PlatformScope, platformScopePermissions, platformScopes } from "@keywright/contract";

const rank = (scope: string): number => platformScopes.indexOf(scope as PlatformScope);

/** Whether `held` has `scope`: by name, or a platform scope that includes it (`admin` ⊃ `write` ⊃ `read`). */
export const holds = (held: readonly string[], scope: string): boolean => {
  if (held.includes(scope)) return true;
  const wanted = rank(scope);
  return wanted >= 0 && held.some((other) => rank(other) > wanted);
};

export const holdsAll = (held: readonly string[], needed: readonly string[]): boolean => {
  for (const scope of needed) if (!holds(held, scope)) return false;
  return true;
};

/** Whether a root key's permissions hold this one. */
export const rootHolds = (held: readonly string[], permission: string): boolean => held.includes(everyPermission) || held.includes(permission);

/** Whether an API key's scopes open this permission of the platform's own API. */
export const scopesOpen = (held: readonly string[], permission: Permission): boolean =>
  platformScopes.some((scope) => held.includes(scope) && platformScopePermissions[scope].includes(permission));
