import { retellChanges } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Job } from "./run-jobs.ts";

/** Tells the ledger what could not be told before, so that a change that was answered `enforced: false` comes into force. */
export const retellChangesJob = (engine: Engine): Job => ({ name: "retell-changes", everyMs: 2_000, run: () => retellChanges(engine) });
