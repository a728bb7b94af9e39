import { hoursKeptMs } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Job } from "./run-jobs.ts";

/**
 * Makes room for the usage to come, and forgets the hours that are older than 400 days. Soon after the start for the first time: what is counted before there is room for
 * it has to be moved there later, while nothing else may be counted.
 */
export const keepUsageJob = ({ store, clock }: Engine): Job => ({
  name: "keep-usage",
  everyMs: 300_000,
  firstAfterMs: 1_000,
  run: () => store.usage.keep(clock.nowMs(), hoursKeptMs),
});
