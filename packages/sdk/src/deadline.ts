export interface Deadline {
  /** Aborted when the time is up, or with the caller's own signal. */
  readonly signal: AbortSignal;
  readonly isOver: () => boolean;
  /** Whether this many milliseconds pass before the time is up. */
  readonly allows: (ms: number) => boolean;
  /** Releases the timer and the caller's signal. */
  readonly end: () => void;
}

/**
 * A deadline that a caller's signal can bring forward. `AbortSignal.any` would tie every call to a long-lived signal until it is
 * collected; this one lets go when the call ends.
 */
export const startDeadline = (timeoutMs: number, outer: AbortSignal | undefined): Deadline => {
  const controller = new AbortController();
  const over = { isOver: false };
  const endsAtMs = performance.now() + timeoutMs;
  const timer = setTimeout(() => {
    over.isOver = true;
    controller.abort();
  }, timeoutMs);
  const follow = (): void => controller.abort(outer?.reason);
  if (outer?.aborted) follow();
  else outer?.addEventListener("abort", follow, { once: true });
  return {
    signal: controller.signal,
    isOver: () => over.isOver,
    allows: (ms) => performance.now() + ms < endsAtMs,
    end: () => {
      clearTimeout(timer);
      outer?.removeEventListener("abort", follow);
    },
  };
};
