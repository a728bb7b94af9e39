/** What a caller of Keywright's own API may do: id → the sentence shown beside it. */
export const permissions = {
  verify: "Verify API keys.",
  "keys:read": "See API keys and their usage.",
  "keys:write": "Create, change, regenerate and revoke API keys.",
  "tenants:read": "See tenants.",
  "tenants:write": "Create, change and suspend tenants.",
  "members:read": "See a tenant's members.",
  "members:write": "Add members to a tenant, and change their roles.",
  "members:remove": "Leave a tenant; with `members:write` also remove others from it.",
  "teams:read": "See a tenant's teams and who is in them.",
  "teams:write": "Create, change and delete teams, and say who is in them.",
  "invitations:read": "See a tenant's invitations.",
  "invitations:write": "Invite people to a tenant, send invitations again and withdraw them.",
  "invitations:accept": "Accept an invitation to one's own address.",
  "account:read": "See who one is: one's account, and the tenants that it is a member of.",
  "account:write": "Choose for oneself, such as whether one is reminded of keys by mail.",
  "settings:read": "See a tenant's own settings.",
  "settings:write": "Change a tenant's own settings, such as the scopes that developers may grant.",
  "embed:write": "Let a member manage keys inside a page of another product, and end that again.",
  "embed:read": "See what an embed session may do: for the frame that has it.",
  "root-keys:read": "See root keys.",
  "root-keys:write": "Create and revoke root keys.",
  "audit:read": "Read the audit log.",
  "security:read": "See security events.",
  "usage:read": "Read usage.",
  "webhooks:read": "See webhooks and their deliveries.",
  "webhooks:write": "Create, change, test and delete webhooks, and replay deliveries.",
  "alerts:read": "See alerts, their rules and what is muted.",
  "alerts:write": "Acknowledge and mute alerts, and change their rules.",
  "requests:read": "Read the request log, and watch verifications as they happen.",
  "system:read": "See how the engines and jobs of the installation are.",
  "metrics:read": "Read the installation's metrics at `/metrics`; for root keys alone.",
} as const;

export type Permission = keyof typeof permissions;

export const permissionIds = Object.keys(permissions) as readonly Permission[];

/** The permission that holds all others; only root keys can have it. */
export const everyPermission = "*";

const seeing = ["keys:read", "members:read", "teams:read", "usage:read", "requests:read"] as const;
const administering = [
  "members:write",
  "members:remove",
  "teams:write",
  "invitations:read",
  "invitations:write",
  "audit:read",
  "security:read",
  "webhooks:read",
  "webhooks:write",
  "alerts:read",
  "alerts:write",
] as const;

/** Scopes of an API key for the platform's own API. Each includes the one before it. */
export const platformScopes = ["read", "write", "admin"] as const;
export type PlatformScope = (typeof platformScopes)[number];

/** What each platform scope opens to an API key, always within the key's own tenant. */
export const platformScopePermissions: Readonly<Record<PlatformScope, readonly Permission[]>> = {
  read: seeing,
  write: [...seeing, "keys:write"],
  admin: [...seeing, "keys:write", ...administering],
};

/** Roles of a member, the one that may most first. */
export const memberRoles = ["owner", "admin", "developer", "viewer"] as const;
export type MemberRole = (typeof memberRoles)[number];

/** Roles of people who sign in: a member's, within their tenant; or the operator's, in all tenants. */
export const roles = [...memberRoles, "operator"] as const;
export type Role = (typeof roles)[number];

const ofMembers = [...seeing, "settings:read", "members:remove"] as const;

/** What each role may do. An operator verifies nothing and speaks for no member: that is for the root keys of gateways and of other products. */
export const rolePermissions: Readonly<Record<Role, readonly Permission[]>> = {
  owner: [...ofMembers, "keys:write", ...without(administering, "members:remove"), "settings:write"],
  admin: [...ofMembers, "keys:write", ...without(administering, "members:remove")],
  developer: [...ofMembers, "keys:write"],
  viewer: ofMembers,
  operator: without(permissionIds, "verify", "metrics:read", "invitations:accept", "account:read", "account:write", "embed:write", "embed:read"),
};

/** Whose keys a role may change, where it may at all: those of the whole tenant, or the person's own and those of their teams. */
export const roleKeyReach: Readonly<Record<MemberRole, "tenant" | "own">> = { owner: "tenant", admin: "tenant", developer: "own", viewer: "own" };

/** What whoever has signed in may do for themselves, in no tenant. */
export const accountPermissions: readonly Permission[] = ["invitations:accept", "account:read", "account:write"];

/** What an embed session may do at most; within it, what the member's role allows. `embed:read` is every session's own. */
export const embedPermissions: readonly Permission[] = ["keys:read", "keys:write", "usage:read", "teams:read", "embed:read"];

function without<T extends string, U extends T>(all: readonly T[], ...left: readonly U[]): readonly Exclude<T, U>[] {
  return all.filter((one): one is Exclude<T, U> => !(left as readonly T[]).includes(one));
}
