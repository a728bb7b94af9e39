import { hoursKeptMs } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Job } from "./run-jobs.ts";

/** Makes room for the usage to come, and forgets the hours that are older than 400 days. */
export const keepUsageJob = ({ store, clock }: Engine): Job => ({
  name: "keep-usage",
  everyMs: 300_000,
  run: () => store.usage.keep(clock.nowMs(), hoursKeptMs),
});
