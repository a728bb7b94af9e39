import type { FileHandle } from "node:fs/promises";
import { BATCH_BYTES, type Codec, codecOfHeader, type FormatDependencies, MAX_LINE_BYTES, NEW_LINE } from "./format.ts";
import { type Line, type Log, note, readAt, readLines } from "./log.ts";
import { createPathIndex } from "./path-index.ts";
import { SealedFileError } from "./sealed-file-error.ts";
import { isTorn } from "./torn-tail.ts";

const MAX_HEADER_BYTES = 256;

interface Opened {
  readonly file: string;
  readonly handle: FileHandle;
}

const readHeader = async ({ file, handle }: Opened, dependencies: FormatDependencies): Promise<Codec> => {
  const start = await readAt(handle, 0, MAX_HEADER_BYTES);
  const end = start.indexOf(NEW_LINE);
  return codecOfHeader(dependencies, file, end < 0 ? start : start.subarray(0, end));
};

/** Takes note of lines up to the first that is not the next record of this file; whether all were. */
const noteLines = (log: Log, lines: readonly Line[]): boolean =>
  lines.every(({ bytes }) => {
    const record = log.codec.decode(bytes);
    if (record?.sequence !== log.nextSequence) return false;
    note(log, record, bytes.length);
    return true;
  });

const noteAll = async (log: Log, size: number): Promise<void> => {
  for await (const lines of readLines(log.handle, { from: log.end, to: size, maxLineBytes: MAX_LINE_BYTES })) {
    if (!noteLines(log, lines)) return;
  }
};

const cutTail = async (log: Log, file: string, size: number): Promise<void> => {
  const length = size - log.end;
  const tail = { bytes: await readAt(log.handle, log.end, Math.min(length, BATCH_BYTES + MAX_LINE_BYTES)), offset: log.end, sequence: log.nextSequence };
  if (tail.bytes.length < length || !isTorn(tail, log.codec)) {
    throw new SealedFileError(`${file} is damaged at offset ${log.end}: put back a copy of it from before the damage.`);
  }
  await log.handle.truncate(log.end);
};

/**
 * Reads and authenticates every record. What a crash left of the last append is cut off; anything else that does not read rejects
 * with `SealedFileError`, and the file stays as it is.
 */
export const recover = async (opened: Opened, dependencies: FormatDependencies): Promise<Log> => {
  const { file, handle } = opened;
  const { size } = await handle.stat();
  const codec = await readHeader(opened, dependencies);
  const headerBytes = codec.header.length + 1;
  const log: Log = { handle, codec, index: createPathIndex(), end: headerBytes, nextSequence: 0, liveBytes: headerBytes, holdsDestroyed: false };
  await noteAll(log, size);
  if (log.end < size) await cutTail(log, file, size);
  await handle.chmod(0o600);
  // A process that was killed may have left records that are read here and are not yet on the disk.
  await handle.datasync();
  return log;
};
