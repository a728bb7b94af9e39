/** The end of a head is looked for in so many bytes first: most heads are shorter. */
const commonHead = 1_024;

/** The end of the first whole answer among the first `filled` bytes; 0 where it has not all come. Reads just as much HTTP as is measured: a content-length or chunks. */
export const answerEnd = (bytes: Buffer, filled: number): number => {
  const head = headOf(bytes, Math.min(filled, commonHead)) ?? headOf(bytes, filled);
  if (head === undefined) return 0;
  const bodyAt = head.length + 4;
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length === undefined) return endWithoutLength(bytes.subarray(0, filled), head);
  const end = bodyAt + Number(length);
  return filled >= end ? end : 0;
};

const headOf = (bytes: Buffer, filled: number): string | undefined => {
  const text = bytes.toString("latin1", 0, filled);
  const end = text.indexOf("\r\n\r\n");
  return end < 0 ? undefined : text.slice(0, end);
};

/** No body, or one in chunks, of which the last is empty. */
const endWithoutLength = (bytes: Buffer, head: string): number => {
  const bodyAt = head.length + 4;
  if (statusOf(head) === 204) return bodyAt;
  const lastAt = bytes.indexOf("\r\n0\r\n\r\n", bodyAt);
  return lastAt < 0 ? 0 : lastAt + 7;
};

const statusOf = (head: string): number => Number.parseInt(head.slice(9, 12), 10);

/** Whether the answer at the beginning of these bytes has this status. */
export const hasStatus = (bytes: Buffer, status: number): boolean => statusOf(bytes.toString("latin1", 0, 12)) === status;

/**
 * Counts how often an ASCII text stands in the first `end` bytes of an answer, without overlaps (Horspool's search: a step is as long as the text). A third of what a string's
 * `indexOf` takes for a batch's answer, and the load shares its core with the engines that are measured.
 */
export const createCounter = (text: string): ((bytes: Uint8Array, end: number) => number) => {
  const sought = Buffer.from(text, "latin1");
  const last = sought.length - 1;
  if (last < 0) throw new RangeError("The text to count is empty.");
  const steps = new Uint32Array(256).fill(sought.length);
  for (let at = 0; at < last; at++) steps[sought[at] ?? 0] = last - at;
  return (bytes, end) => {
    let count = 0;
    let at = last;
    while (at < end) {
      let back = 0;
      while (back <= last && bytes[at - back] === sought[last - back]) back += 1;
      if (back > last) {
        count += 1;
        at += sought.length;
      } else at += steps[bytes[at] ?? 0] ?? 1;
    }
    return count;
  };
};
