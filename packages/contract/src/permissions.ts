/** What a caller of Keywright's own API may do: id → the sentence shown beside it. */
export const permissions = {
  verify: "Verify API keys.",
  "keys:read": "See API keys and their usage.",
  "keys:write": "Create, change, regenerate and revoke API keys.",
  "tenants:read": "See tenants.",
  "tenants:write": "Create, change and suspend tenants.",
  "members:read": "See a tenant's members.",
  "members:write": "Add members to a tenant.",
  "root-keys:read": "See root keys.",
  "root-keys:write": "Create and revoke root keys.",
  "audit:read": "Read the audit log.",
  "usage:read": "Read usage.",
} as const;

export type Permission = keyof typeof permissions;

export const permissionIds = Object.keys(permissions) as readonly Permission[];

/** The permission that holds all others; only root keys can have it. */
export const everyPermission = "*";

/** Scopes of an API key for the platform's own API. Each includes the one before it. */
export const platformScopes = ["read", "write", "admin"] as const;
export type PlatformScope = (typeof platformScopes)[number];

/** What each platform scope opens to an API key, always within the key's own tenant. */
export const platformScopePermissions: Readonly<Record<PlatformScope, readonly Permission[]>> = {
  read: ["keys:read", "members:read", "usage:read"],
  write: ["keys:read", "members:read", "usage:read", "keys:write"],
  admin: ["keys:read", "members:read", "usage:read", "keys:write", "members:write", "audit:read"],
};
