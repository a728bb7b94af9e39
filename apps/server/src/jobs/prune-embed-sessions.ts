import type { Engine } from "../engine.ts";
import { pruneBatches } from "./prune-batches.ts";
import type { Job } from "./run-jobs.ts";

/** Deletes embed sessions that have ended by their time. */
export const pruneEmbedSessionsJob = ({ store, clock }: Engine): Job => ({
  name: "prune-embed-sessions",
  everyMs: 600_000,
  run: () => pruneBatches((limit) => store.embedSessions.prune(clock.nowMs(), limit)),
});
