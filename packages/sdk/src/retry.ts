import { KeywrightError } from "./keywright-error.ts";

/** First pause, and the longest one that is our own choice. */
const firstMs = 100;
const longestMs = 2_000;

/** What says that the same call may succeed soon: a proxy or an engine that is away, or too many requests. A spent quota does not. */
const passing: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/**
 * Milliseconds to wait before sending again; undefined: it is no use. Between half and the whole of a span that doubles, so that callers who failed together
 * do not come back together; at least as long as the server says.
 */
export const pauseBefore = (sent: number, error: unknown, random: () => number = Math.random): number | undefined => {
  const ownMs = Math.min(longestMs, firstMs * 2 ** (sent - 1)) * (0.5 + random() / 2);
  if (!(error instanceof KeywrightError)) return ownMs;
  if (error.status === null || !passing.has(error.status) || error.code === "QUOTA_EXCEEDED") return undefined;
  return Math.max(ownMs, (error.retryAfterSeconds ?? 0) * 1000);
};

/** Ends early, by rejecting, when the signal does. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", end);
      resolve();
    }, ms);
    signal.addEventListener("abort", end, { once: true });
  });
