import type { Engine } from "../engine.ts";
import type { Job } from "./run-jobs.ts";

const batch = 1_000;

/** Deletes what every ledger has known for 30 days, a batch at a time. */
export const pruneAnnouncementsJob = (engine: Engine): Job => ({
  name: "prune-announcements",
  everyMs: 600_000,
  run: () => engine.store.announcements.prune(batch),
});
