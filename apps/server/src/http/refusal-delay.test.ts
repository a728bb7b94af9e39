import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRefusalDelay, systemTimer } from "./refusal-delay.ts";

/** A timer by hand: `sleep` ends when its promise is released. */
const handTimer = () => {
  const timer = {
    now: 0,
    sleeps: [] as { readonly ms: number; readonly end: () => void }[],
    nowMs: () => timer.now,
    sleep: (ms: number) => new Promise<void>((end) => timer.sleeps.push({ ms, end })),
    reach: async (ms: number) => {
      timer.now = Math.max(timer.now, ms);
    },
  };
  return timer;
};

describe("createRefusalDelay", () => {
  it("answers at a whole multiple of the floor after arrival, however long the refusal took", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 500, noNaN: true }), (tookMs) => {
        const timer = handTimer();
        const delay = createRefusalDelay({ timer, floorMs: 10 });
        const startedMs = delay.start();
        timer.now = tookMs;
        void delay.settle(startedMs);
        const endMs = tookMs + (timer.sleeps[0]?.ms ?? Number.NaN);
        const slot = Math.max(10, Math.ceil(tookMs / 10) * 10);
        expect(endMs).toBeGreaterThanOrEqual(slot);
        expect(endMs).toBeLessThan(slot + 1);
      }),
    );
  });

  it("answers at the very instant where it is to, however late a timer is within its slack", async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0, max: 1_200, noNaN: true }), fc.double({ min: 0, max: 2, noNaN: true }), async (tookMs, lateMs) => {
        const timer = handTimer();
        const delay = createRefusalDelay({ timer, floorMs: 500, isExact: true });
        timer.now = tookMs;
        const settled = delay.settle(0);
        for (const { ms, end } of timer.sleeps) {
          timer.now += ms + lateMs;
          end();
        }
        await settled;
        expect(timer.now).toBeCloseTo(Math.max(500, Math.ceil(tookMs / 500) * 500), 6);
      }),
    );
  });

  it("reaches an instant by the process's own timer, never before it", async () => {
    const atMs = systemTimer.nowMs() + 1.5;
    await systemTimer.reach(atMs);
    expect(systemTimer.nowMs()).toBeGreaterThanOrEqual(atMs);
  });

  it("holds back so many at once and no more, and takes new ones as the old ones end", async () => {
    const timer = handTimer();
    const delay = createRefusalDelay({ timer, maxWaiting: 2 });
    const waiting = [delay.settle(0), delay.settle(0)];
    await delay.settle(0);
    expect(timer.sleeps).toHaveLength(2);
    for (const { end } of timer.sleeps) end();
    await Promise.all(waiting);
    void delay.settle(0);
    expect(timer.sleeps).toHaveLength(3);
  });

  it("can be switched off", async () => {
    const timer = handTimer();
    await createRefusalDelay({ timer, floorMs: 0 }).settle(0);
    expect(timer.sleeps).toHaveLength(0);
  });
});
