import type { Engine } from "../engine.ts";
import { pruneBatches } from "./prune-batches.ts";
import type { Job } from "./run-jobs.ts";

/** Deletes what every ledger has known for 30 days. */
export const pruneAnnouncementsJob = (engine: Engine): Job => ({
  name: "prune-announcements",
  everyMs: 600_000,
  run: () => pruneBatches((limit) => engine.store.announcements.prune(limit)),
});
