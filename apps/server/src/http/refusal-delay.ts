import { setImmediate, setTimeout } from "node:timers/promises";

/** Holds back refusals of unknown, malformed, revoked … keys until an instant that does not depend on which of them it was. */
export interface RefusalDelay {
  /** A mark for the request's arrival. */
  start(): number;
  /** Resolves at the next whole multiple of the floor after arrival; and not before so many milliseconds have passed since it, where that is said. */
  settle(startedMs: number, atLeastMs?: number): Promise<void>;
}

/** Waiting as a parameter. */
export interface Timer {
  /** A clock that never steps back, in milliseconds. */
  nowMs(): number;
  sleep(ms: number): Promise<void>;
  /** Resolves as soon as the clock says so many milliseconds or more, to the microsecond where nothing else is to do; keeps the processor busy until then. */
  reach(ms: number): Promise<void>;
}

interface RefusalDelayDeps {
  readonly timer: Timer;
  /** 10 where left out; 0 switches the delay off. */
  readonly floorMs?: number;
  /**
   * Whether to answer at the very instant, for what is asked seldom. A timer waits for whole milliseconds, so that of how long a refusal took the part of a millisecond would
   * show in its answer's time: a tenth of a millisecond between two kinds of refusal could be told apart by whoever asks a thousand times (`wire/sign-in-leaks.test.ts`).
   */
  readonly isExact?: boolean;
  /** Refusals that are held back at once; further ones are answered directly, so that a flood cannot fill the memory. */
  readonly maxWaiting?: number;
}

export const createRefusalDelay = ({ timer, floorMs = 10, isExact = false, maxWaiting = 10_000 }: RefusalDelayDeps): RefusalDelay => {
  const state = { waiting: 0 };
  const wait = async (ms: number): Promise<void> => {
    if (!isExact) return timer.sleep(Math.ceil(ms));
    const untilMs = timer.nowMs() + ms;
    if (ms > timerSlackMs) await timer.sleep(Math.floor(ms - timerSlackMs));
    return timer.reach(untilMs);
  };
  return {
    start: () => timer.nowMs(),
    settle: async (startedMs, atLeastMs = 0) => {
      if ((floorMs === 0 && atLeastMs === 0) || state.waiting >= maxWaiting) return;
      const elapsedMs = Math.max(0, timer.nowMs() - startedMs);
      state.waiting++;
      try {
        const multipleMs = floorMs === 0 ? 0 : Math.max(1, Math.ceil(Math.max(elapsedMs, atLeastMs) / floorMs)) * floorMs;
        await wait(Math.max(multipleMs, atLeastMs, elapsedMs) - elapsedMs);
      } finally {
        state.waiting--;
      }
    },
  };
};

/** By so much a timer may be late on a machine that has time. */
const timerSlackMs = 2;

/** The process's own timer. */
export const systemTimer = {
  nowMs: () => performance.now(),
  sleep: (ms) => setTimeout(ms),
  reach: async (ms) => {
    while (performance.now() < ms) await setImmediate();
  },
} satisfies Timer;
