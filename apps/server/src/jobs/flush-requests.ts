import type { Engine } from "../engine.ts";
import type { Job } from "./run-jobs.ts";

/** Brings what verifications have left for the request log to the store, once a second; what a crash can lose of it is a second's worth. */
export const flushRequestsJob = (engine: Engine): Job => ({ name: "flush-requests", everyMs: 1_000, restFactor: 9, run: engine.flushRequests });
