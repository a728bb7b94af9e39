import type { EventStreams } from "../http/event-streams.ts";
import type { Job } from "./run-jobs.ts";

/** Keeps open streams alive, and ends those whose reader has lost the right to them. */
export const keepStreamsJob = (streams: EventStreams): Job => ({ name: "keep-streams", everyMs: 1_000, run: streams.tick });
