import { sweepHashes } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Job } from "./run-jobs.ts";

/** Destroys the hashes that nothing can use any more, every ten minutes. */
export const sweepHashesJob = (engine: Engine): Job => ({ name: "sweep-hashes", everyMs: 600_000, run: () => sweepHashes(engine) });
