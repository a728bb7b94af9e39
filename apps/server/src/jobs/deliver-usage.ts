import type { Engine } from "../engine.ts";
import type { Job } from "./run-jobs.ts";

/** Brings counts from the ledger to the store once a second: what a crash of an embedded process can lose of them is a second's worth. */
export const deliverUsageJob = (engine: Engine): Job => ({ name: "deliver-usage", everyMs: 1_000, run: engine.deliverUsage });
