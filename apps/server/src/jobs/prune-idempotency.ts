import { idempotencyWindowMs } from "@keywright/core";
import type { Engine } from "../engine.ts";
import { pruneBatches } from "./prune-batches.ts";
import type { Job } from "./run-jobs.ts";

/** Deletes kept answers soon after their 24 h: each holds a sealed plaintext. */
export const pruneIdempotencyJob = (engine: Engine): Job => ({
  name: "prune-idempotency",
  everyMs: 600_000,
  run: () => {
    const beforeMs = engine.clock.nowMs() - idempotencyWindowMs;
    return pruneBatches((limit) => engine.store.idempotency.prune(beforeMs, limit));
  },
});
