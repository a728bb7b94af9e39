import { setTimeout as pause } from "node:timers/promises";
import type { Stopwatch } from "@keywright/core";

/** The process's monotonic clock and timers. */
export const systemStopwatch = {
  elapsedMs: () => performance.now(),
  wait: (ms) => pause(ms),
  repeat: (everyMs, work) => {
    const state: { timer: NodeJS.Timeout | undefined; stopped: boolean } = { timer: undefined, stopped: false };
    const schedule = (): void => {
      if (state.stopped) return;
      state.timer = setTimeout(() => {
        work().then(schedule, schedule);
      }, everyMs).unref();
    };
    schedule();
    return () => {
      state.stopped = true;
      clearTimeout(state.timer);
    };
  },
} satisfies Stopwatch;
