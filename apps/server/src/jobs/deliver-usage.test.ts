import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { deliverUsageJob } from "./deliver-usage.ts";
import { runJobs } from "./run-jobs.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** When counts were delivered, in seconds, of so many that wait at each second; a delivery takes no time. */
const deliveriesOf = async (waiting: readonly number[]): Promise<readonly number[]> => {
  const startedMs = performance.now();
  const seconds = () => Math.round((performance.now() - startedMs) / 1_000);
  const delivered: number[] = [];
  const deliverUsage = async (): Promise<number> => delivered.push(seconds());
  const jobs = runJobs([deliverUsageJob({ countsWaiting: () => waiting[seconds() - 1] ?? 0, deliverUsage })], { onFailure: () => {} });
  await vi.advanceTimersByTimeAsync(waiting.length * 1_000);
  await jobs.stop();
  return delivered;
};

it("brings counts every second where they are few", async () => {
  expect(await deliveriesOf([0, 10_000, 1, 500])).toEqual([1, 2, 3, 4]);
});

it("lets many wait until the last delivery is ten seconds ago", async () => {
  const many = Array.from({ length: 24 }, () => 10_001);
  expect(await deliveriesOf([0, 1, ...many])).toEqual([1, 2, 12, 22]);
});

it("brings what is left of many as soon as somebody else has brought most", async () => {
  expect(await deliveriesOf([0, 20_000, 20_000, 300])).toEqual([1, 4]);
});

it("goes on after a delivery that failed, and tells that it did", async () => {
  const failures: string[] = [];
  const deliverUsage = vi.fn().mockRejectedValueOnce(new Error("store away")).mockResolvedValue(0);
  const jobs = runJobs([deliverUsageJob({ countsWaiting: () => 0, deliverUsage })], { onFailure: (name) => failures.push(name) });
  await vi.advanceTimersByTimeAsync(2_000);
  await jobs.stop();
  expect([failures, deliverUsage.mock.calls.length]).toEqual([["deliver-usage"], 2]);
});
