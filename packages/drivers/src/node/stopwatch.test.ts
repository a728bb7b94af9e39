import { expect, it, vi } from "vitest";
import { systemStopwatch } from "./stopwatch.ts";

it("repeats work that long after each end, whether it failed or not, until it is stopped", async () => {
  vi.useFakeTimers();
  const work = vi.fn(async () => {
    if (work.mock.calls.length === 2) throw new Error("no");
  });
  const stop = systemStopwatch.repeat(1_000, work);
  await vi.advanceTimersByTimeAsync(3_500);
  stop();
  await vi.advanceTimersByTimeAsync(3_500);
  vi.useRealTimers();
  expect(work).toHaveBeenCalledTimes(3);
});

it("never runs backwards", () => {
  const first = systemStopwatch.elapsedMs();
  expect(systemStopwatch.elapsedMs()).toBeGreaterThanOrEqual(first);
});
