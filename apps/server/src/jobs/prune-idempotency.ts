import { idempotencyWindowMs } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Job } from "./run-jobs.ts";

const batch = 1_000;

/** Deletes kept answers after their 24 h, a batch at a time. */
export const pruneIdempotencyJob = (engine: Engine): Job => ({
  name: "prune-idempotency",
  everyMs: 600_000,
  run: () => engine.store.idempotency.prune(engine.clock.nowMs() - idempotencyWindowMs, batch),
});
