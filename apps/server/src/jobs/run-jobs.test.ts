import { expect, it, vi } from "vitest";
import { runJobs, unfinished } from "./run-jobs.ts";

it("runs a job again after a failure, and tells the failure", async () => {
  vi.useFakeTimers();
  const failures: string[] = [];
  const run = vi.fn().mockRejectedValueOnce(new Error("engine away")).mockResolvedValue(undefined);
  const jobs = runJobs([{ name: "probe", everyMs: 1_000, run }], { onFailure: (name) => failures.push(name) });
  await vi.advanceTimersByTimeAsync(3_000);
  await jobs.stop();
  vi.useRealTimers();
  expect(run.mock.calls.length).toBeGreaterThanOrEqual(2);
  expect(failures).toEqual(["probe"]);
});

it("waits for a run under way when it stops, and starts none after it", async () => {
  vi.useFakeTimers();
  const events: string[] = [];
  const gate: { open: () => void } = { open: () => {} };
  const run = vi.fn(async () => {
    events.push("started");
    await new Promise<void>((resolve) => {
      gate.open = resolve;
    });
    events.push("ended");
  });
  const jobs = runJobs([{ name: "probe", everyMs: 1_000, run }], { onFailure: () => {} });
  await vi.advanceTimersByTimeAsync(1_000);
  const stopped = jobs.stop().then(() => events.push("stopped"));
  gate.open();
  await stopped;
  await vi.advanceTimersByTimeAsync(10_000);
  vi.useRealTimers();
  expect(events).toEqual(["started", "ended", "stopped"]);
});

it("rests in proportion to what a run took, and ten seconds at most", async () => {
  vi.useFakeTimers();
  const startsMs: number[] = [];
  const took = [100, 400, 5_000, 0];
  const run = vi.fn(async () => {
    startsMs.push(performance.now());
    await new Promise((resolve) => setTimeout(resolve, took[startsMs.length - 1] ?? 0));
  });
  const jobs = runJobs([{ name: "probe", everyMs: 1_000, restFactor: 9, run }], { onFailure: () => {} });
  await vi.advanceTimersByTimeAsync(25_000);
  await jobs.stop();
  vi.useRealTimers();
  const pauses = startsMs.slice(1, 4).map((startMs, index) => startMs - (startsMs[index] ?? 0) - (took[index] ?? 0));
  expect(pauses).toEqual([1_000, 3_600, 10_000]);
});

it("goes on with unfinished work after its rest, and when that is done waits as ever", async () => {
  vi.useFakeTimers();
  const startsMs: number[] = [];
  const run = vi.fn(async () => {
    startsMs.push(performance.now());
    await new Promise((resolve) => setTimeout(resolve, 100));
    return startsMs.length < 3 ? unfinished : undefined;
  });
  const jobs = runJobs([{ name: "probe", everyMs: 60_000, firstAfterMs: 1_000, restFactor: 9, run }], { onFailure: () => {} });
  await vi.advanceTimersByTimeAsync(70_000);
  await jobs.stop();
  vi.useRealTimers();
  expect(startsMs.slice(1).map((startMs, index) => startMs - (startsMs[index] ?? 0))).toEqual([1_000, 1_000, 60_100]);
});
