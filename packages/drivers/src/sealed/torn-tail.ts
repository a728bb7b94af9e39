import type { Codec } from "./format.ts";
import { splitLines } from "./log.ts";

/** No disk writes less than this at once. */
const SECTOR_BYTES = 512;

export interface Tail {
  readonly bytes: Buffer;
  /** Where it begins in the file. */
  readonly offset: number;
  /** The sequence of the record that should stand there. */
  readonly sequence: number;
}

const isHole = (bytes: Buffer): boolean => bytes.every((byte) => byte === 0);

/** Whether a sector of the tail never reached the disk. */
const hasHole = ({ bytes, offset }: Tail): boolean => {
  let start = 0;
  while (start < bytes.length) {
    const end = Math.min(bytes.length, start + SECTOR_BYTES - ((offset + start) % SECTOR_BYTES));
    if (isHole(bytes.subarray(start, end))) return true;
    start = end;
  }
  return false;
};

/**
 * Whether a tail that does not read is what a crash leaves of an append that was never acknowledged, rather than damage to what was.
 *
 * A process that is killed leaves a beginning of the append: a line without an end. A loss of power may also leave sectors of
 * zeros anywhere in it. Whole lines of anything else are damage; so is whatever stands before a record of a later batch, because
 * that batch was appended only after this one was durable.
 */
export const isTorn = (tail: Tail, codec: Codec): boolean => {
  const { lines } = splitLines(tail.bytes, tail.offset);
  // A last record that is whole and lacks nothing but its end has had that end damaged.
  if (lines.length === 0) return codec.decode(tail.bytes.subarray(0, -1)) === undefined;
  return hasHole(tail) && !lines.some(({ bytes }) => (codec.decode(bytes)?.batch ?? 0) > tail.sequence);
};
