import { setFlagsFromString } from "node:v8";

const sizeFlag = "--max-semi-space-size";

/**
 * Half of the young generation at its largest, in MB, as it is on every command line of ours that starts a server; V8 takes 16 where nothing is said, and can be told
 * no more once it runs.
 */
export const youngGenerationFlag = `${sizeFlag}=32`;

/** Flags of Node's for a process that serves: those that its parent was given, and the young generation's size where nobody has chosen one. */
export const servingFlags = (given: readonly string[], nodeOptions = ""): readonly string[] => {
  const isChosen = [...given, nodeOptions].some((flag) => flag.replaceAll("_", "-").includes(sizeFlag));
  return isChosen ? given : [...given, youngGenerationFlag];
};

/**
 * Keeps the objects of requests in the young generation, where they cost next to nothing to collect; to be called before the first request.
 *
 * V8 watches which kinds of objects survive, and makes more of the same kind in the old generation from the start (allocation-site pretenuring).
 * A burst of slow requests at a full young generation, as after a start with nothing cached, teaches it that for requests and replies, for good;
 * and whatever such an old object refers to outlives its request as well, until the next collection of the whole heap. That costs a fifth of a
 * busy server's time (`docs/performance.md`).
 *
 * And the young generation is collected by the one thread that waits for it. V8 would take helpers, for what is done in a few milliseconds: to share it out
 * costs a process that has its core to itself a seventh of its time.
 */
export const keepRequestsYoung = (): void => {
  setFlagsFromString("--no-allocation-site-pretenuring");
  setFlagsFromString("--no-parallel-scavenge");
};
