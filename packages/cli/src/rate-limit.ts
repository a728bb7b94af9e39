import { bounds, type RateLimit } from "@keywright/contract";
import { formatDuration, parseDuration } from "./durations.ts";

/** What `parseRateLimit` accepts; completes "must be …". */
export const rateLimitWords = "a limit and its window, such as 100/60s, 1000/1h or 5/s";

const pattern = /^(\d{1,10})\/(.+)$/;

/** `100/60s` as a token bucket; a bare unit is one of it. Undefined for anything else, or beyond what the API allows. */
export const parseRateLimit = (text: string): RateLimit | undefined => {
  const [, count = "", window = ""] = pattern.exec(text) ?? [];
  const limit = Number(count);
  const seconds = parseDuration(/^[a-z]$/.test(window) ? `1${window}` : window);
  if (seconds === undefined || limit < 1 || limit > bounds.rateLimit || seconds < 1 || seconds > bounds.windowSeconds) return undefined;
  return { limit, window_seconds: seconds };
};

/** The spelling that `parseRateLimit` reads as the same. */
export const formatRateLimit = ({ limit, window_seconds: seconds }: RateLimit): string => `${limit}/${formatDuration(seconds)}`;
