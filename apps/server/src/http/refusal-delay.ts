import { setTimeout } from "node:timers/promises";

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
}

interface RefusalDelayDeps {
  readonly timer: Timer;
  /** 10 where left out; 0 switches the delay off. */
  readonly floorMs?: number;
  /** Refusals that are held back at once; further ones are answered directly, so that a flood cannot fill the memory. */
  readonly maxWaiting?: number;
}

export const createRefusalDelay = ({ timer, floorMs = 10, maxWaiting = 10_000 }: RefusalDelayDeps): RefusalDelay => {
  const state = { waiting: 0 };
  return {
    start: () => timer.nowMs(),
    settle: async (startedMs, atLeastMs = 0) => {
      if ((floorMs === 0 && atLeastMs === 0) || state.waiting >= maxWaiting) return;
      const elapsedMs = Math.max(0, timer.nowMs() - startedMs);
      state.waiting++;
      try {
        const multipleMs = floorMs === 0 ? 0 : Math.max(1, Math.ceil(Math.max(elapsedMs, atLeastMs) / floorMs)) * floorMs;
        await timer.sleep(Math.ceil(Math.max(multipleMs, atLeastMs, elapsedMs) - elapsedMs));
      } finally {
        state.waiting--;
      }
    },
  };
};

/** The process's own timer. */
export const systemTimer = { nowMs: () => performance.now(), sleep: (ms) => setTimeout(ms) } satisfies Timer;
