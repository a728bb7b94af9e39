import type { Wired } from "../wire/wire.ts";
import type { Job } from "./run-jobs.ts";

/** Gives back what updated and deleted rows took, once a day: the embedded store has nobody else to do it. */
export const maintainStoreJob = (wired: Pick<Wired, "maintain">): Job => ({ name: "maintain-store", everyMs: 86_400_000, run: wired.maintain });
