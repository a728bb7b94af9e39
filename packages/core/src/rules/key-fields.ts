import { bounds, type PlatformScope, platformScopePermissions, platformScopes } from "@keywright/contract";
import { AppError, type FieldError } from "../errors.ts";
import type { Actor } from "../model/audit.ts";
import type { ApiKey } from "../model/key.ts";
import type { Policy } from "../model/policy.ts";
import type { Addresses } from "../ports/addresses.ts";
import { holds, rootHolds } from "./scopes.ts";

const refuse = (fields: readonly FieldError[]): void => {
  const [first] = fields;
  if (first !== undefined) throw new AppError("INVALID_REQUEST", { detail: `${first.pointer}: ${first.detail}`, fields });
};

/** Refuses scopes that the operator's catalogue does not have. */
export const checkScopes = (policy: Pick<Policy, "scopes">, scopes: readonly string[]): void => {
  const known = [...Object.keys(policy.scopes), ...platformScopes];
  const unknown = scopes.map((scope, index) => ({ scope, pointer: `/scopes/${index}` })).filter(({ scope }) => !known.includes(scope));
  refuse(unknown.map(({ pointer }) => ({ pointer, detail: `is no scope of this installation, which has: ${known.join(", ")}` })));
};

/**
 * Nobody grants a scope that they do not hold. A root key grants all of the operator's own catalogue; a scope for the platform's API it grants where
 * it holds every permission that the scope opens: else a key that it makes could do more than it can.
 */
export const checkGrant = (actor: Actor, scopes: readonly string[]): void => {
  const missing = scopes.filter((scope) => !(actor.tenantId === null ? rootGrants(actor, scope) : holds(actor.scopes, scope)));
  if (missing.length > 0) throw new AppError("SCOPE_NOT_HELD", { detail: `This credential does not hold: ${missing.join(", ")}.` });
};

const rootGrants = (actor: Actor, scope: string): boolean => {
  if (actor.type === "system" || !isPlatformScope(scope)) return true;
  return platformScopePermissions[scope].every((permission) => rootHolds(actor.scopes, permission));
};

const isPlatformScope = (scope: string): scope is PlatformScope => (platformScopes as readonly string[]).includes(scope);

/** The allow-list in canonical form, each range once. */
export const canonicalAllowlist = (addresses: Addresses, ranges: readonly string[]): readonly string[] => {
  const parsed = ranges.map((text) => addresses.parseRange(text));
  refuse(parsed.flatMap((result, index) => ("reason" in result ? [{ pointer: `/ip_allowlist/${index}`, detail: result.reason }] : [])));
  return [...new Set(parsed.flatMap((result) => ("range" in result ? [result.range] : [])))];
};

/** Metadata is kept, signed and answered with every verification: it stays small, and is text that any store can hold. */
export const checkMetadata = (metadata: ApiKey["metadata"]): void => {
  const text = JSON.stringify(metadata);
  if (utf8Length(text) > bounds.metadataBytes) refuse([{ pointer: "/metadata", detail: `may have ${bounds.metadataBytes} bytes as JSON at most` }]);
};

const utf8Length = (text: string): number => {
  let length = 0;
  for (const char of text) {
    const point = char.codePointAt(0) ?? 0;
    length += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return length;
};
