import type { RateLimit } from "@keywright/contract";
import type { Command } from "commander";
import { collectList, collectMetadata, lifetime, listOrNone, type None, nullIfNone, time } from "../../option-values.ts";
import { type Lifetime, resolveExpiry } from "../../times.ts";

/** What creating and changing a key have in common. */
export interface KeyFieldOptions {
  readonly name?: string;
  readonly scope?: readonly string[];
  readonly expiresIn?: Lifetime;
  readonly expiresAt?: string;
  readonly ip?: readonly string[];
  readonly rateLimit?: RateLimit | None;
  readonly quota?: number | None;
  readonly metadata?: Readonly<Record<string, string | number | boolean>>;
}

export const addExpiryOptions = (command: Command): Command =>
  command
    .option("--expires-in <duration>", "when it ends: 90d, 12h, or never where the operator allows it", lifetime)
    .option("--expires-at <time>", "instead: its exact end, such as 2030-01-31T12:00:00Z", time);

export const scopeOption = ["--scope <scope>", "what the key may do; several times, or with commas between", collectList] as const;

export const addListOptions = (command: Command): Command =>
  command
    .option("--ip <address>", "address or CIDR range that may use it; several times, or with commas; none: any", collectList)
    .option("--metadata <name=text>", "a note of your own, several times; name:=5 or name:=true for a number or truth value", collectMetadata);

/** The fields of the API that the options give; those that were not given are undefined. */
export const toKeyFields = (options: KeyFieldOptions, nowMs: number) => ({
  name: options.name,
  scopes: options.scope === undefined ? undefined : [...options.scope],
  ip_allowlist: listOrNone(options.ip),
  rate_limit: nullIfNone(options.rateLimit),
  monthly_quota: nullIfNone(options.quota),
  metadata: options.metadata === undefined ? undefined : { ...options.metadata },
  ...resolveExpiry(options, nowMs),
});
