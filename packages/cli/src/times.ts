import { durationWords, parseDuration } from "./durations.ts";

/** A point in time as a person says it: absolute, or so long ago. */
export type Moment = { readonly kind: "at"; readonly iso: string } | { readonly kind: "ago"; readonly seconds: number };

/** When a key ends: never, after days (the API's own unit), or after so many seconds. */
export type Lifetime = { readonly kind: "never" } | { readonly kind: "after"; readonly seconds: number };

export const timeWords = "a day such as 2030-01-31, or an RFC 3339 time such as 2030-01-31T12:00:00Z";
export const momentWords = `${timeWords}, or how long ago, such as 7d`;
export const lifetimeWords = `${durationWords.replace(", or 0", "")}, or never`;

/** A time of the day needs its zone: without one it would mean another time on another machine. */
const timePattern = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;
const daySeconds = 86_400;

/** The time as RFC 3339 in UTC; a day is its first moment there. */
export const parseTime = (text: string): string | undefined => {
  const atMs = timePattern.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(atMs) ? undefined : new Date(atMs).toISOString();
};

export const parseMoment = (text: string): Moment | undefined => {
  const seconds = parseDuration(text);
  if (seconds !== undefined) return { kind: "ago", seconds };
  const iso = parseTime(text);
  return iso === undefined ? undefined : { kind: "at", iso };
};

export const parseLifetime = (text: string): Lifetime | undefined => {
  if (text === "never") return { kind: "never" };
  const seconds = parseDuration(text);
  return seconds === undefined || seconds === 0 ? undefined : { kind: "after", seconds };
};

/** Undefined stays undefined: the API's default. */
export const resolveMoment = (moment: Moment | undefined, nowMs: number): string | undefined => {
  if (moment === undefined) return undefined;
  return moment.kind === "at" ? moment.iso : isoAt(nowMs - moment.seconds * 1000);
};

interface ExpiryOptions {
  readonly expiresIn?: Lifetime;
  readonly expiresAt?: string;
}

interface ExpiryFields {
  readonly expires_in_days?: number | null;
  readonly expires_at?: string;
}

/** The API counts in days; what is not whole days is said as its exact end. */
export const resolveExpiry = ({ expiresIn, expiresAt }: ExpiryOptions, nowMs: number): ExpiryFields => {
  if (expiresAt !== undefined) return { expires_at: expiresAt };
  if (expiresIn === undefined) return {};
  if (expiresIn.kind === "never") return { expires_in_days: null };
  const { seconds } = expiresIn;
  return seconds % daySeconds === 0 ? { expires_in_days: seconds / daySeconds } : { expires_at: isoAt(nowMs + seconds * 1000) };
};

/** Dates end in the year 275760: what lies beyond is said as that end, for the server to refuse. */
const isoAt = (atMs: number): string => new Date(Math.max(-8.64e15, Math.min(8.64e15, atMs))).toISOString();
