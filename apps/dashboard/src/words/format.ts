import { language, once } from "./say.ts";

const numbers = once(() => new Intl.NumberFormat(language));
const percents = once(() => new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 }));
const days = once(() => new Intl.DateTimeFormat(language, { dateStyle: "medium" }));
const moments = once(() => new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }));
const relative = once(() => new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" }));

export const formatNumber = (value: number): string => numbers().format(value);
/** `share` is 0 to 1. */
export const formatPercent = (share: number): string => percents().format(share);
export const formatDay = (iso: string): string => days().format(new Date(iso));
export const formatMoment = (iso: string): string => moments().format(new Date(iso));
const hours = once(() => new Intl.DateTimeFormat(language, { weekday: "short", hour: "numeric", minute: "2-digit" }));
export const formatHour = (iso: string): string => hours().format(new Date(iso));

const fine = once(() => new Intl.NumberFormat(language, { maximumSignificantDigits: 3 }));
/** To three digits: "0.412", "12.3". */
export const formatFine = (value: number): string => fine().format(value);

const steps = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const satisfies readonly (readonly [Intl.RelativeTimeFormatUnit, number])[];

/** A length of time, to the unit that says most: "3 hours". */
export const formatSpan = (lengthMs: number): string => {
  const seconds = lengthMs / 1000;
  const [unit, length] = steps.find(([, one]) => seconds >= one) ?? ["minute", 60];
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(Math.round(seconds / length));
};

/** How long ago, or in how long: "3 hours ago", "in 2 days". */
export const formatAgo = (iso: string, nowMs: number): string => {
  const seconds = (Date.parse(iso) - nowMs) / 1000;
  for (const [unit, length] of steps) {
    if (Math.abs(seconds) >= length) return relative().format(Math.trunc(seconds / length), unit);
  }
  return relative().format(0, "second");
};
