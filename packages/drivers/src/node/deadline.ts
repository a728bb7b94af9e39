/**
 * Calls `onLate` when the time is over, unless the returned function was called before. What has arrived by then is read first: a process
 * that was itself too busy to look does not take its own delay for the other side's.
 */
export const startDeadline = (deadlineMs: number, onLate: () => void): (() => void) => {
  const state: { immediate: NodeJS.Immediate | undefined } = { immediate: undefined };
  const timer = setTimeout(() => {
    // Timers come before input in a turn of the event loop, immediates after it.
    state.immediate = setImmediate(onLate);
  }, deadlineMs);
  return () => {
    clearTimeout(timer);
    clearImmediate(state.immediate);
  };
};
