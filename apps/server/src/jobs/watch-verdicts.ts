import type { VerdictWatch } from "@keywright/core";
import type { Job } from "./run-jobs.ts";

/** Tells those who watch verdicts in this process what there was since the last time; where nobody does, nothing. */
export const watchVerdictsJob = (verdicts: VerdictWatch): Job => ({ name: "watch-verdicts", everyMs: 1_000, run: verdicts.tick });
