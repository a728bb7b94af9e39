import type { Member } from "../model/tenant.ts";
import type { OutsidePerson } from "../ports/outside-tokens.ts";

/** The claims set of a token, RFC 7519, section 4. */
export type Claims = Readonly<Record<string, unknown>>;

/** Which claim tells what: by its name, or as `realm_access.roles` by its way through nested objects. */
export interface ClaimNames {
  readonly member: string;
  /** undefined: the issuer knows nothing of tenants. */
  readonly tenant: string | undefined;
  readonly email: string;
  readonly name: string;
  /** undefined: roles are given in Keywright. */
  readonly role: string | undefined;
}

export interface RoleName {
  readonly outside: string;
  readonly role: Member["role"];
}

export interface ClaimOptions {
  readonly claims: ClaimNames;
  /** Roles by what the issuer calls them; whoever has several has the first of these. */
  readonly roles: readonly RoleName[];
  /** Whether an address counts only where the issuer says that it has verified it; left out: unless it says that it has not. */
  readonly needsVerifiedEmail?: boolean;
}

/** OpenID Connect Core 1.0, section 2, for `sub`. */
const maxSubject = 255;
const maxTenant = 64;
const maxEmail = 254;
const maxName = 100;

/** The person that a token tells of; undefined where it names none. What cannot be what it should is taken for not there. */
export const readPerson = (payload: Claims, issuer: string, options: ClaimOptions): OutsidePerson | undefined => {
  const { claims, roles } = options;
  const subject = textOf(claimOf(payload, claims.member), maxSubject);
  if (subject === null) return undefined;
  return {
    issuer,
    subject,
    email: emailOf(payload, options),
    name: textOf(claimOf(payload, claims.name), maxName),
    tenantId: claims.tenant === undefined ? null : textOf(claimOf(payload, claims.tenant), maxTenant),
    role: claims.role === undefined ? null : roleOf(claimOf(payload, claims.role), roles),
  };
};

const claimOf = (payload: object, name: string): unknown => {
  if (Object.hasOwn(payload, name)) return (payload as Readonly<Record<string, unknown>>)[name];
  return name.split(".").reduce<unknown>((at, step) => {
    const isThere = typeof at === "object" && at !== null && Object.hasOwn(at, step);
    return isThere ? (at as Readonly<Record<string, unknown>>)[step] : undefined;
  }, payload);
};

/** Printable text of a bounded length: it is stored, and stands in the audit log. */
const textOf = (claim: unknown, maxLength: number): string | null =>
  typeof claim === "string" && claim.length > 0 && claim.length <= maxLength && !/[\p{Cc}\p{Cs}]/u.test(claim) ? claim : null;

/** The issuer is believed on its users' addresses, unless it says itself that it has not verified one. */
const emailOf = (payload: Claims, { claims, needsVerifiedEmail = false }: ClaimOptions): string | null => {
  const email = textOf(claimOf(payload, claims.email), maxEmail);
  const said = payload["email_verified"];
  const isVerified = said === true || (said === undefined && !needsVerifiedEmail);
  return email !== null && isVerified && /^[^\s@]+@[^\s@]+$/.test(email) ? email : null;
};

/** A text holds several with spaces between, as `scope` does (RFC 8693, section 4.2). */
const roleOf = (claim: unknown, roles: ClaimOptions["roles"]): OutsidePerson["role"] => {
  const names: readonly unknown[] = typeof claim === "string" ? [claim, ...claim.split(" ")] : Array.isArray(claim) ? claim : [];
  return roles.find(({ outside }) => names.includes(outside))?.role ?? "none";
};
