import { ConfigError } from "./config-error.ts";
import { readIssuerUrl, readRoles, type TokenIssuer } from "./jwt-settings.ts";

/** A provider by which people sign in with their browsers. */
export interface SignInIssuer extends Pick<TokenIssuer, "roles"> {
  readonly issuer: string;
  readonly clientId: string;
  /** Secret. undefined: a public client. */
  readonly clientSecret: string | undefined;
  /** With spaces between. */
  readonly scopes: string;
  /** What pages call it. */
  readonly label: string;
  /** undefined: which tenants somebody is a member of is said in Keywright alone. */
  readonly tenantClaim: string | undefined;
  readonly roleClaim: string | undefined;
}

/** Every name, with what it is for. */
export const oidcSettings = {
  KEYWRIGHT_OIDC_ISSUER:
    "The OpenID provider by which people may sign in, to the letter: https://login.example.com. Its redirect URI is KEYWRIGHT_PUBLIC_URL with /api/auth/sso/callback behind it. Default: passwords alone.",
  KEYWRIGHT_OIDC_CLIENT_ID: "What the provider knows Keywright by. Needed with KEYWRIGHT_OIDC_ISSUER.",
  KEYWRIGHT_OIDC_CLIENT_SECRET: "The client's secret at the provider. Default none: a public client, which proves itself by PKCE alone.",
  KEYWRIGHT_OIDC_LABEL: "What the button says. Default Single sign-on.",
  KEYWRIGHT_OIDC_SCOPES: "What is asked of the provider. Default openid email profile.",
  KEYWRIGHT_OIDC_TENANT_CLAIM:
    "The claim with a tenant's id (ten_…) of which whoever signs in becomes a member; a.b is b within a. Default none: people are invited, or added by their address.",
  KEYWRIGHT_OIDC_ROLE_CLAIM: "The claim with a role in that tenant, or several. Default none: new members are viewers, and roles are given in Keywright.",
  KEYWRIGHT_OIDC_ROLES: "The provider's roles for Keywright's, as in KEYWRIGHT_JWT_ROLES. Default: by the same names.",
} as const;
export type OidcSetting = keyof typeof oidcSettings;

type Get = (name: OidcSetting) => string | undefined;

/** Longer than any button. */
const maxLabel = 60;

export const readSignInIssuer = (get: Get): SignInIssuer | undefined => {
  const issuer = get("KEYWRIGHT_OIDC_ISSUER");
  if (issuer === undefined) {
    const orphan = (Object.keys(oidcSettings) as OidcSetting[]).find((name) => get(name) !== undefined);
    if (orphan !== undefined) throw new ConfigError(`${orphan} is set without KEYWRIGHT_OIDC_ISSUER: set both.`);
    return undefined;
  }
  const clientId = get("KEYWRIGHT_OIDC_CLIENT_ID");
  if (clientId === undefined) throw new ConfigError("KEYWRIGHT_OIDC_ISSUER is set without KEYWRIGHT_OIDC_CLIENT_ID: set both.");
  const [tenantClaim, roleClaim, roles] = [get("KEYWRIGHT_OIDC_TENANT_CLAIM"), get("KEYWRIGHT_OIDC_ROLE_CLAIM"), get("KEYWRIGHT_OIDC_ROLES")];
  if (roleClaim !== undefined && tenantClaim === undefined)
    throw new ConfigError("KEYWRIGHT_OIDC_ROLE_CLAIM is set without KEYWRIGHT_OIDC_TENANT_CLAIM: set both.");
  if (roles !== undefined && roleClaim === undefined) throw new ConfigError("KEYWRIGHT_OIDC_ROLES is set without KEYWRIGHT_OIDC_ROLE_CLAIM: set both.");
  return {
    issuer: readIssuerUrl("KEYWRIGHT_OIDC_ISSUER", issuer),
    clientId,
    clientSecret: get("KEYWRIGHT_OIDC_CLIENT_SECRET"),
    scopes: readScopes(get("KEYWRIGHT_OIDC_SCOPES") ?? "openid email profile"),
    label: readLabel(get("KEYWRIGHT_OIDC_LABEL") ?? "Single sign-on"),
    tenantClaim,
    roleClaim,
    roles: readRoles("KEYWRIGHT_OIDC_ROLES", roles),
  };
};

const readScopes = (text: string): string => {
  if (!/^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/.test(text) || !text.split(" ").includes("openid"))
    throw new ConfigError("KEYWRIGHT_OIDC_SCOPES must be scopes with one space between, openid among them, such as openid email profile.");
  return text;
};

const readLabel = (text: string): string => {
  if (text.length > maxLabel || /[\p{Cc}\p{Cs}]/u.test(text)) throw new ConfigError(`KEYWRIGHT_OIDC_LABEL must be one line of at most ${maxLabel} characters.`);
  return text;
};
