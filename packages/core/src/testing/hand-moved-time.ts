import type { Clock } from "../ports/clock.ts";
import type { Stopwatch } from "../ports/stopwatch.ts";

/** Turns of the microtask queue after which whatever needs no more time is done. */
const turns = 60;

/** Time that moves only when it is told to. */
export const createHandMovedTime = (startMs: number) => {
  const time = { nowMs: startMs };
  const timers = new Set<{ readonly atMs: number; readonly ring: () => void }>();
  const clock: Clock = { nowMs: () => time.nowMs };
  const wait = (ms: number): Promise<void> => new Promise((ring) => timers.add({ atMs: time.nowMs + ms, ring }));
  const repeat = async (everyMs: number, work: () => Promise<void>): Promise<never> => {
    for (;;) {
      await wait(everyMs);
      await work().catch(() => {});
    }
  };
  const stopwatch: Stopwatch = {
    elapsedMs: clock.nowMs,
    wait,
    repeat: (everyMs, work) => {
      repeat(everyMs, work).catch(() => {});
      return () => {};
    },
  };
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
  };
  const advance = async (ms: number): Promise<void> => {
    await settle();
    const untilMs = time.nowMs + ms;
    for (;;) {
      const [next] = [...timers].filter(({ atMs }) => atMs <= untilMs).toSorted((a, b) => a.atMs - b.atMs);
      if (next === undefined) break;
      timers.delete(next);
      time.nowMs = Math.max(time.nowMs, next.atMs);
      next.ring();
      await settle();
    }
    time.nowMs = untilMs;
    await settle();
  };
  return { clock, stopwatch, settle, advance };
};
