import type { EndpointReply } from "@keywright/contract";

export type Usage = EndpointReply<"get-key-usage">;
export type UsageRange = "day" | "week" | "month" | "quarter";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

interface RangeShape {
  readonly lengthMs: number;
  readonly granularity: "hour" | "day";
}

export const usageRanges: Readonly<Record<UsageRange, RangeShape>> = {
  day: { lengthMs: dayMs, granularity: "hour" },
  week: { lengthMs: 7 * dayMs, granularity: "day" },
  month: { lengthMs: 30 * dayMs, granularity: "day" },
  quarter: { lengthMs: 90 * dayMs, granularity: "day" },
};

export interface Bucket {
  readonly start: string;
  readonly requests: number;
  readonly errors: number;
  /** The errors among them by code. */
  readonly codes: Readonly<Record<string, number>>;
}

/** The buckets of a range, those without a request among them. */
export const fillBuckets = ({ from, to, granularity, series }: Pick<Usage, "from" | "to" | "granularity" | "series">): readonly Bucket[] => {
  const width = granularity === "hour" ? hourMs : dayMs;
  const known = new Map(series.map((bucket) => [Date.parse(bucket.start), bucket]));
  const first = Date.parse(from);
  const count = Math.max(0, Math.ceil((Date.parse(to) - first) / width));
  return Array.from({ length: count }, (_, index) => {
    const startMs = first + index * width;
    return known.get(startMs) ?? { start: new Date(startMs).toISOString(), requests: 0, errors: 0, codes: {} };
  });
};

/** The codes that most was refused with, the most frequent first, at most `limit` of them; and whether there are others. */
export const frequentCodes = (errors: Readonly<Record<string, number>>, limit: number): { readonly codes: readonly string[]; readonly hasOthers: boolean } => {
  const codes = Object.entries(errors)
    .sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))
    .map(([code]) => code);
  return { codes: codes.slice(0, limit), hasOthers: codes.length > limit };
};

/** Refusals of a bucket by each of these codes, and behind them what was refused with others. */
export const countCodes = ({ errors, codes }: Bucket, asked: readonly string[]): readonly number[] => {
  const counts = asked.map((code) => codes[code] ?? 0);
  return [...counts, errors - counts.reduce((sum, count) => sum + count, 0)];
};
