import { bounds, platformScopes } from "@keywright/contract";
import { AppError, type FieldError } from "../errors.ts";
import type { ApiKey } from "../model/key.ts";
import type { Policy } from "../model/policy.ts";
import type { Addresses } from "../ports/addresses.ts";

const refuse = (fields: readonly FieldError[]): void => {
  const [first] = fields;
  if (first !== undefined) throw new AppError("INVALID_REQUEST", { detail: `${first.pointer}: ${first.detail}`, fields });
};

/** Refuses scopes that the operator's catalogue does not have. */
export const checkScopes = (policy: Pick<Policy, "scopes">, scopes: readonly string[], at = "/scopes"): void => {
  const known = [...Object.keys(policy.scopes), ...platformScopes];
  const unknown = scopes.map((scope, index) => ({ scope, pointer: `${at}/${index}` })).filter(({ scope }) => !known.includes(scope));
  refuse(unknown.map(({ pointer }) => ({ pointer, detail: `is no scope of this installation, which has: ${known.join(", ")}` })));
};

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
