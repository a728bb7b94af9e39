import { randomBytes } from "node:crypto";
import type { Clock, Random } from "@keywright/core";
import { V7Generator } from "uuidv7";

/** The widest step back that a 48-bit timestamp can take. */
const ANY_STEP_MS = 2 ** 48 - 1;

/** Bytes of the operating system's generator, and UUIDv7 that sort in the order they were made, even over a clock that steps back. */
export const createRandom = ({ clock }: { readonly clock: Clock }) => {
  const generator = new V7Generator({ nextUint32: () => randomBytes(4).readUInt32BE() });
  // By default a step back of more than ten seconds starts a new order; the port promises one order for the whole process.
  generator.setRollbackAllowance(ANY_STEP_MS);

  return {
    bytes: (count) => randomBytes(count),
    uuidV7: () => Uint8Array.from(generator.generateOrResetWithTs(clock.nowMs()).bytes),
  } satisfies Random;
};
