import type { Wired } from "../wire/wire.ts";
import { pruneBatches } from "./prune-batches.ts";
import type { Job } from "./run-jobs.ts";

/** Deletes sessions, links and counts of attempts that have ended. */
export const pruneAccountsJob = ({ pruneAccounts }: Pick<Wired, "pruneAccounts">): Job => ({
  name: "prune-accounts",
  everyMs: 600_000,
  run: () => pruneBatches(pruneAccounts),
});
