import { bounds, type RateLimit } from "@keywright/contract";
import { InvalidArgumentError } from "commander";
import { durationWords, formatDuration, parseDuration } from "./durations.ts";
import { parseRateLimit, rateLimitWords } from "./rate-limit.ts";
import { type Lifetime, lifetimeWords, type Moment, momentWords, parseLifetime, parseMoment, parseTime, timeWords } from "./times.ts";

/** The word that clears a field. Commander takes a parser's null for no value at all, so the word itself stands for it until the call is made. */
const none = "none";
export type None = typeof none;

/** Null on the wire clears a field; undefined leaves it. */
export const nullIfNone = <T>(value: T | None | undefined): T | null | undefined => (value === none ? null : value);

const must = <T>(value: T | undefined, words: string): T => {
  if (value === undefined) throw new InvalidArgumentError(`It must be ${words}.`);
  return value;
};

/** A whole number within bounds, for `Option.argParser`. */
export const integerIn =
  (least: number, most: number) =>
  (text: string): number => {
    const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    return must(value >= least && value <= most ? value : undefined, `a whole number from ${least} to ${most}`);
  };

/** Given several times, or as a list with commas, or both; in the order given, each once. */
export const collectList = (text: string, before: readonly string[] = []): readonly string[] => {
  const entries = text.split(",").map((entry) => entry.trim());
  if (entries.includes("")) throw new InvalidArgumentError("It must be one entry, or several with commas between.");
  return [...new Set([...before, ...entries])];
};

/** A list as `collectList` reads it; `none` alone is the empty list. */
export const listOrNone = (list: readonly string[] | undefined): string[] | undefined => {
  if (list === undefined) return undefined;
  return list.length === 1 && list[0] === none ? [] : [...list];
};

/** Seconds within bounds. */
export const durationIn =
  (least: number, most: number) =>
  (text: string): number => {
    const seconds = parseDuration(text);
    const range = `from ${formatDuration(least)} to ${formatDuration(most)}`;
    return must(seconds !== undefined && seconds >= least && seconds <= most ? seconds : undefined, `${range}: ${durationWords}`);
  };

export const rateLimit = (text: string): RateLimit => must(parseRateLimit(text), rateLimitWords);
export const rateLimitOrNone = (text: string): RateLimit | None => (text === none ? none : must(parseRateLimit(text), `${rateLimitWords}, or none`));

export const quota = integerIn(1, bounds.monthlyQuota);
export const quotaOrNone = (text: string): number | None => (text === none ? none : quota(text));

export const lifetime = (text: string): Lifetime => must(parseLifetime(text), lifetimeWords);
export const moment = (text: string): Moment => must(parseMoment(text), momentWords);
export const time = (text: string): string => must(parseTime(text), timeWords);

type Metadata = Readonly<Record<string, string | number | boolean>>;

const entryPattern = /^([A-Za-z0-9_.-]{1,64})(:?=)(.*)$/s;
const metadataWords = "name=text, or name:=5 and name:=true for a number or a truth value";

/** `name=text`, several times; `none` alone clears. `:=` makes a number or a truth value of what would be text. */
export const collectMetadata = (text: string, before: Metadata = {}): Metadata => {
  if (text === none) return {};
  const [, name = "", sign, value = ""] = must(entryPattern.exec(text) ?? undefined, metadataWords);
  return { ...before, ...Object.fromEntries([[name, sign === ":=" ? typedValue(value) : value]]) };
};

const typedValue = (text: string): number | boolean => {
  if (text === "true" || text === "false") return text === "true";
  const value = /^-?\d/.test(text) ? Number(text) : Number.NaN;
  return must(Number.isFinite(value) ? value : undefined, metadataWords);
};
