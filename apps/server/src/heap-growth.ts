import { setFlagsFromString } from "node:v8";

/** How much the old generation may grow beyond what a collection has left, in percent. */
const growthPercent = 200;

/**
 * Lets V8 collect the whole heap when the old generation is three times what the last collection left; to be called before the first request.
 *
 * V8 reckons that from how fast it was filled of late: between a tenth more and four times. After a quiet spell it is a tenth, and the next requests fill that within seconds: a server with
 * a hundred thousand records in memory marked all of them again and again, until it had noticed that it was busy.
 */
export const letHeapGrow = (): void => setFlagsFromString(`--heap-growing-percent=${growthPercent}`);
