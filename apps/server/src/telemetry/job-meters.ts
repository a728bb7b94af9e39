import type { Job, JobLog } from "../jobs/run-jobs.ts";
import type { Sample } from "./histogram.ts";

export interface JobMeters extends JobLog {
  ages(): readonly Sample[];
  intervals(): readonly Sample[];
  failures(): readonly Sample[];
}

/** When each job last succeeded, and how often it failed. One that has not run yet is as old as the process. */
export const createJobMeters = (jobs: readonly Pick<Job, "name" | "everyMs">[], { onFailure }: JobLog): JobMeters => {
  const meters = new Map(jobs.map(({ name, everyMs }) => [name, { everyMs, succeededMs: performance.now(), failures: 0 }]));
  const ofAll = (read: (meter: { everyMs: number; succeededMs: number; failures: number }) => number): readonly Sample[] =>
    [...meters].map(([task, meter]) => ({ labels: { task }, value: read(meter) }));
  return {
    onSuccess: (name) => {
      const meter = meters.get(name);
      if (meter !== undefined) meter.succeededMs = performance.now();
    },
    onFailure: (name, error) => {
      const meter = meters.get(name);
      if (meter !== undefined) meter.failures += 1;
      onFailure(name, error);
    },
    ages: () => ofAll(({ succeededMs }) => (performance.now() - succeededMs) / 1_000),
    intervals: () => ofAll(({ everyMs }) => everyMs / 1_000),
    failures: () => ofAll(({ failures }) => failures),
  } satisfies JobMeters;
};
