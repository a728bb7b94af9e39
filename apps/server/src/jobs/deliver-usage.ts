import type { Engine } from "../engine.ts";
import type { Job } from "./run-jobs.ts";

type Parts = Pick<Engine, "countsWaiting" | "deliverUsage">;

/** Rows of a delivery that takes some fifth of a second, and would be followed by the longest pause. */
const manyCounts = 10_000;
const longestWaitMs = 10_000;

/**
 * Brings counts from the ledger to the store once a second: what a crash of an embedded process can lose of them is a second's worth. Where much is
 * counted it comes less often: each line is one row to write, however many requests it stands for, so that longer pauses cost the store less.
 * A delivery that takes a fifth of a second is followed by the longest pause; one that would has it before, and brings what the first second of many requests and those behind it
 * have in common as one row.
 */
export const deliverUsageJob = ({ countsWaiting, deliverUsage }: Parts): Job => {
  const state = { endedMs: performance.now() };
  return {
    name: "deliver-usage",
    everyMs: 1_000,
    restFactor: 49,
    run: async () => {
      if (countsWaiting() > manyCounts && performance.now() - state.endedMs < longestWaitMs) return;
      await deliverUsage().finally(() => {
        state.endedMs = performance.now();
      });
    },
  };
};
