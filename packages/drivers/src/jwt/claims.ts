import type { Member, OutsidePerson } from "@keywright/core";
import type { JWTPayload } from "jose";

/** Which claim tells what: by its name, or as `realm_access.roles` by its way through nested objects. */
export interface ClaimNames {
  readonly member: string;
  readonly tenant: string;
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
}

/** OpenID Connect Core 1.0, section 2, for `sub`. */
const maxSubject = 255;
const maxTenant = 64;
const maxEmail = 254;
const maxName = 100;

/** The person that a token tells of; undefined where it names none. What cannot be what it should is taken for not there. */
export const readPerson = (payload: JWTPayload, issuer: string, { claims, roles }: ClaimOptions): OutsidePerson | undefined => {
  const subject = textOf(claimOf(payload, claims.member), maxSubject);
  if (subject === null) return undefined;
  return {
    issuer,
    subject,
    email: emailOf(payload, claims.email),
    name: textOf(claimOf(payload, claims.name), maxName),
    tenantId: textOf(claimOf(payload, claims.tenant), maxTenant),
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
const emailOf = (payload: JWTPayload, name: string): string | null => {
  const email = textOf(claimOf(payload, name), maxEmail);
  const isVerified = payload["email_verified"] === undefined || payload["email_verified"] === true;
  return email !== null && isVerified && /^[^\s@]+@[^\s@]+$/.test(email) ? email : null;
};

/** A text holds several with spaces between, as `scope` does (RFC 8693, section 4.2). */
const roleOf = (claim: unknown, roles: ClaimOptions["roles"]): OutsidePerson["role"] => {
  const names: readonly unknown[] = typeof claim === "string" ? [claim, ...claim.split(" ")] : Array.isArray(claim) ? claim : [];
  return roles.find(({ outside }) => names.includes(outside))?.role ?? "none";
};
