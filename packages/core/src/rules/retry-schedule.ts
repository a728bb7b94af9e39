const [secondMs, minuteMs, hourMs] = [1_000, 60_000, 3_600_000];

/** Pauses between attempts, three days and three hours in all: that of Standard Webhooks. */
const pausesMs = [5 * secondMs, 5 * minuteMs, 30 * minuteMs, 2 * hourMs, 5 * hourMs, 10 * hourMs, 14 * hourMs, 20 * hourMs, 24 * hourMs];

const longestWishMs = 24 * hourMs;

/** Up to a tenth more, so that what has failed at once does not come back at once. */
const jitter = 0.1;

interface Failed {
  /** This one counted. */
  readonly attempts: number;
  /** Where the target says when to come again. */
  readonly retryAfterSeconds: number | null;
  /** From 0 to 1. */
  readonly chance: number;
}

/** How long to wait before the next attempt; undefined: there is none. */
export const pauseAfter = ({ attempts, retryAfterSeconds, chance }: Failed): number | undefined => {
  const pauseMs = pausesMs[attempts - 1];
  if (pauseMs === undefined) return undefined;
  const wishedMs = Math.min(longestWishMs, (retryAfterSeconds ?? 0) * secondMs);
  return Math.max(wishedMs, Math.round(pauseMs * (1 + jitter * chance)));
};

/** From how many failures in a row on a target is in trouble, and gets one delivery at a time. */
export const troubledFrom = 5;
const longestBreakMs = 5 * minuteMs;

/** How long the circuit of a target stays open after so many failures in a row: it delays no other, and is not hammered. */
export const breakAfter = (failures: number): number =>
  failures < troubledFrom ? 0 : Math.min(longestBreakMs, 10 * secondMs * 2 ** Math.min(failures - troubledFrom, 10));

/** Without one success for so long, a webhook is disabled. */
export const patienceMs = 72 * hourMs;
