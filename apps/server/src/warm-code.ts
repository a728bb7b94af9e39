import { setFlagsFromString } from "node:v8";

/** Twenty-three days, as near to the largest number that the flag takes as a round one comes. */
const longMs = 2_000_000_000;

/**
 * Keeps what V8 has compiled of a request's way while no request comes; to be called before the first one.
 *
 * Eight seconds after a process has become quiet, V8 begins to collect its whole heap to give memory back (its "memory reducer"). These collections also drop the shape of every
 * object that is not there at the moment, as a request's and a reply's are not, and with the shapes all code that was compiled for them: the next requests are interpreted until
 * it has been compiled again. So that a quiet night does not make the morning slow, it is put off. Ordinary collections keep the shapes, and collect the rest.
 */
export const keepCodeWarm = (): void => setFlagsFromString(`--gc-memory-reducer-start-delay-ms=${longMs}`);
