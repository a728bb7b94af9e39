import { invalidField } from "../errors.ts";

export type Granularity = "hour" | "day";

const bucketMs: Readonly<Record<Granularity, number>> = { hour: 3_600_000, day: 86_400_000 };

/** Buckets that one series has at most. */
const maxBuckets = 1_500;
const defaultRangeMs = 7 * bucketMs.day;
const hoursKeptDays = 400;
/** For how long usage is kept by the hour. By the day it is kept for ever. */
export const hoursKeptMs = hoursKeptDays * bucketMs.day;

export interface AskedRange {
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  readonly granularity: Granularity;
  readonly nowMs: number;
}

/** A range that is widened to whole buckets. Rejects one that is inverted, lies in the future or is too long, and hours that are no longer kept. */
export const wholeBuckets = ({ fromMs, toMs, granularity, nowMs }: AskedRange) => {
  const width = bucketMs[granularity];
  const end = toMs ?? nowMs;
  const start = fromMs ?? end - defaultRangeMs;
  if (start >= end) throw invalidField("/from", "must lie before `to`");
  if (start > nowMs) throw invalidField(fromMs === undefined ? "/to" : "/from", "must not lie in the future");
  if ((end - start) / width > maxBuckets) throw invalidField("/from", `may lie at most ${maxBuckets} ${granularity}s before \`to\``);
  if (granularity === "hour" && start < nowMs - hoursKeptMs)
    throw invalidField("/from", `may lie at most ${hoursKeptDays} days ago by the hour: ask with granularity day for what is older`);
  return { fromMs: Math.floor(start / width) * width, toMs: Math.ceil(end / width) * width, bucketMs: width };
};
