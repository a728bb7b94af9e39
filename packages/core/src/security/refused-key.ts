import type { Verdict } from "@keywright/contract";
import type { Secret } from "../model/secret.ts";
import { hintOf, type KeyFormat, parseKey } from "../rules/key-format.ts";
import type { VerifyOutcome } from "../verify.ts";
import type { RefusedKey, SecurityWatch } from "./watch.ts";

interface WatchedDeps {
  readonly format: KeyFormat;
  readonly watch?: Pick<SecurityWatch, "refused">;
}

interface Asked {
  readonly key: Secret;
  readonly ip: string | null;
  /** What was asked for: scopes, or a call. */
  readonly wanted: string;
}

/** Tells the watch of a key that was refused. Does nothing for one that was not. */
export const watchRefusal = (
  { format, watch }: WatchedDeps,
  asked: Asked,
  { verdict, record }: Pick<VerifyOutcome, "record"> & { readonly verdict: Verdict | "PERMISSION_DENIED" },
): void => {
  if (verdict === "VALID" || watch === undefined) return;
  const { ip, wanted } = asked;
  const key = record === null ? null : { id: record.id, tenantId: record.tenant?.id ?? null };
  watch.refused({ verdict, ip, wanted, key, hint: hintIn(format, asked.key) } satisfies RefusedKey);
};

/** Only a text that is shaped like a key has a hint: anything else could be a password. */
const hintIn = (format: KeyFormat, key: Secret): string | null => {
  const text = key.reveal();
  return parseKey(format, text) === undefined ? null : hintOf(text);
};
