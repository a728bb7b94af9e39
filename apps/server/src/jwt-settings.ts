import { type MemberRole, memberRoles } from "@keywright/contract";
import { ConfigError } from "./config-error.ts";

/** Tokens of another system, by which its users call; the same shapes as the driver's. */
export interface TokenIssuer {
  readonly url: string;
  readonly issuer: string;
  readonly audience: string;
  readonly claims: { readonly member: string; readonly tenant: string; readonly email: string; readonly name: string; readonly role: string | undefined };
  readonly roles: readonly { readonly outside: string; readonly role: MemberRole }[];
}

/** Every name, with what it is for. */
export const jwtSettings = {
  KEYWRIGHT_JWT_JWKS_URL:
    "The key set (JWKS) of the system whose users call with its tokens (Authorization: Bearer, a JWT): https://login.example.com/jwks. Default: no such tokens.",
  KEYWRIGHT_JWT_ISSUER: "What the tokens have for iss, to the letter. Needed with KEYWRIGHT_JWT_JWKS_URL.",
  KEYWRIGHT_JWT_AUDIENCE: "What the tokens must have in aud: a name for this Keywright alone. Needed with KEYWRIGHT_JWT_JWKS_URL.",
  KEYWRIGHT_JWT_TENANT_CLAIM: "The claim with the tenant's id (ten_…); a.b is b within a. Default tenant_id.",
  KEYWRIGHT_JWT_MEMBER_CLAIM: "The claim with the person's unchanging name. Default sub.",
  KEYWRIGHT_JWT_EMAIL_CLAIM: "The claim with the e-mail address, by which a person first becomes a member. Default email.",
  KEYWRIGHT_JWT_NAME_CLAIM: "The claim with the person's name. Default name.",
  KEYWRIGHT_JWT_ROLE_CLAIM: "The claim with a role, or several. Default none: new members are viewers, and roles are given in Keywright.",
  KEYWRIGHT_JWT_ROLES: `The issuer's roles for Keywright's (${memberRoles.join(", ")}), such as platform-admin=admin,engineer=developer; of several, the first in this order. Default: by the same names.`,
} as const;
type JwtSetting = keyof typeof jwtSettings;

type Get = (name: JwtSetting) => string | undefined;

export const readTokenIssuer = (get: Get): TokenIssuer | undefined => {
  const url = get("KEYWRIGHT_JWT_JWKS_URL");
  if (url === undefined) {
    const orphan = (Object.keys(jwtSettings) as JwtSetting[]).find((name) => get(name) !== undefined);
    if (orphan !== undefined) throw new ConfigError(`${orphan} is set without KEYWRIGHT_JWT_JWKS_URL: set both.`);
    return undefined;
  }
  const need = (name: JwtSetting): string => {
    const value = get(name);
    if (value === undefined) throw new ConfigError(`KEYWRIGHT_JWT_JWKS_URL is set without ${name}: set both.`);
    return value;
  };
  const role = get("KEYWRIGHT_JWT_ROLE_CLAIM");
  const roles = get("KEYWRIGHT_JWT_ROLES");
  if (roles !== undefined && role === undefined) throw new ConfigError("KEYWRIGHT_JWT_ROLES is set without KEYWRIGHT_JWT_ROLE_CLAIM: set both.");
  return {
    url: readIssuerUrl("KEYWRIGHT_JWT_JWKS_URL", url),
    issuer: need("KEYWRIGHT_JWT_ISSUER"),
    audience: need("KEYWRIGHT_JWT_AUDIENCE"),
    claims: {
      member: get("KEYWRIGHT_JWT_MEMBER_CLAIM") ?? "sub",
      tenant: get("KEYWRIGHT_JWT_TENANT_CLAIM") ?? "tenant_id",
      email: get("KEYWRIGHT_JWT_EMAIL_CLAIM") ?? "email",
      name: get("KEYWRIGHT_JWT_NAME_CLAIM") ?? "name",
      role,
    },
    roles: readRoles("KEYWRIGHT_JWT_ROLES", roles),
  };
};

/** Whoever can answer for this address decides who passes, so it is reached by TLS or on this machine. What is wrong is said without the address. */
export const readIssuerUrl = (setting: string, text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url !== undefined && url.username === "" && url.password === "" && url.hash === "";
  const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && ["127.0.0.1", "[::1]", "localhost"].includes(url.hostname));
  if (!isPlain || !isSafe) throw new ConfigError(`${setting} must be an https address such as https://login.example.com/jwks, without a user or a password.`);
  return text;
};

/** undefined: by the same names. */
export const readRoles = (setting: string, text: string | undefined): TokenIssuer["roles"] => {
  if (text === undefined) return memberRoles.map((name) => ({ outside: name, role: name }));
  return text.split(",").map((pair) => {
    const [outside = "", name, ...rest] = pair.split("=").map((part) => part.trim());
    const role = memberRoles.find((known) => known === name);
    if (outside === "" || role === undefined || rest.length > 0)
      throw new ConfigError(`${setting} must be pairs such as platform-admin=admin,engineer=developer, with Keywright's roles ${memberRoles.join(", ")}.`);
    return { outside, role };
  });
};
