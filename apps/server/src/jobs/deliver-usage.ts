import type { Engine } from "../engine.ts";
import type { Job } from "./run-jobs.ts";

/**
 * Brings counts from the ledger to the store once a second: what a crash of an embedded process can lose of them is a second's worth. Where much is
 * counted it comes less often: each line is one row to write, however many requests it stands for, so that longer pauses cost the store less.
 * A delivery that takes a fifth of a second is followed by the longest pause.
 */
export const deliverUsageJob = (engine: Engine): Job => ({ name: "deliver-usage", everyMs: 1_000, restFactor: 49, run: engine.deliverUsage });
