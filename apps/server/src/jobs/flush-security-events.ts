import type { Engine } from "../engine.ts";
import { pruneBatches } from "./prune-batches.ts";
import type { Job } from "./run-jobs.ts";

/** Brings what this process has noticed in the minutes that are over to the store. */
export const flushSecurityEventsJob = (engine: Engine): Job => ({ name: "flush-security-events", everyMs: 10_000, run: () => engine.watch.flush() });

const keptMs = 90 * 86_400_000;

/** Deletes security events that are older than 90 days. */
export const pruneSecurityEventsJob = (engine: Engine): Job => ({
  name: "prune-security-events",
  everyMs: 3_600_000,
  run: () => pruneBatches((limit) => engine.store.securityEvents.prune(engine.clock.nowMs() - keptMs, limit)),
});
