import type { Attempts } from "../ports/attempts.ts";
import type { Clock } from "../ports/clock.ts";

/** The reference `Attempts`: what the port means, in one process. */
export const createMemoryAttempts = ({ nowMs }: Clock): Attempts => {
  const counted = new Map<string, { attempts: number; endsAtMs: number }>();
  return {
    consume: async (subject, { max, window }) => {
      const standing = counted.get(subject);
      const longestMs = nowMs() + window * 1_000;
      const count = standing === undefined || standing.endsAtMs <= nowMs() ? { attempts: 0, endsAtMs: longestMs } : standing;
      count.endsAtMs = Math.min(count.endsAtMs, longestMs);
      count.attempts += 1;
      counted.set(subject, count);
      return count.attempts <= max
        ? { allowed: true, retryAfter: null }
        : { allowed: false, retryAfter: Math.max(1, Math.ceil((count.endsAtMs - nowMs()) / 1_000)) };
    },
    forget: async (subject) => void counted.delete(subject),
  } satisfies Attempts;
};
