import type { FileHandle } from "node:fs/promises";
import { stat } from "node:fs/promises";
import { type Codec, NEW_LINE, type SealedRecord } from "./format.ts";
import type { PathIndex } from "./path-index.ts";

/** Small, because whoever reads a chunk also works through it in one go. */
const CHUNK_BYTES = 32 * 1024;

/** An open sealed file and what is known of it. Values stay in the file. */
export interface Log {
  readonly handle: FileHandle;
  readonly codec: Codec;
  readonly index: PathIndex;
  /** Everything before this offset is whole and durable. */
  end: number;
  nextSequence: number;
  /** What a file with nothing overwritten and nothing destroyed in it would hold. */
  liveBytes: number;
  /** Whether the value of a destroyed path still stands in the file. */
  holdsDestroyed: boolean;
}

export interface Line {
  readonly offset: number;
  /** Without its end. */
  readonly bytes: Buffer;
}

/** Takes note of the record that stands at the end of the log. */
export const note = (log: Log, record: SealedRecord, lineLength: number): void => {
  const before = log.index.get(record.path);
  if (before) log.liveBytes -= before.length + 1;
  if (record.kind === "w") {
    log.index.set(record.path, { version: record.version, sequence: record.sequence, offset: log.end, length: lineLength });
    log.liveBytes += lineLength + 1;
  } else {
    log.index.delete(record.path);
    log.holdsDestroyed = true;
  }
  log.end += lineLength + 1;
  log.nextSequence = record.sequence + 1;
};

export const readAt = async (handle: FileHandle, offset: number, length: number): Promise<Buffer> => {
  const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafeSlow(length), 0, length, offset);
  return buffer.subarray(0, bytesRead);
};

export const splitLines = (bytes: Buffer, offset: number): { readonly lines: readonly Line[]; readonly rest: Buffer } => {
  const lines: Line[] = [];
  let start = 0;
  for (let end = bytes.indexOf(NEW_LINE); end >= 0; end = bytes.indexOf(NEW_LINE, start)) {
    lines.push({ offset: offset + start, bytes: bytes.subarray(start, end) });
    start = end + 1;
  }
  return { lines, rest: bytes.subarray(start) };
};

interface Span {
  readonly from: number;
  readonly to: number;
  /** A line that is longer ends the reading, as the end of the file does. */
  readonly maxLineBytes: number;
}

/** The lines of a part of the file, a chunk at a time, so that others get their turn in between. A line without an end is left out. */
export async function* readLines(handle: FileHandle, { from, to, maxLineBytes }: Span): AsyncGenerator<readonly Line[]> {
  let start = from;
  let rest: Buffer = Buffer.alloc(0);
  while (start + rest.length < to && rest.length <= maxLineBytes) {
    const position = start + rest.length;
    const chunk = await readAt(handle, position, Math.min(CHUNK_BYTES, to - position));
    if (chunk.length === 0) return;
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const split = splitLines(bytes, start);
    yield split.lines;
    start += bytes.length - split.rest.length;
    rest = split.rest;
  }
}

interface Writable {
  write(bytes: Buffer, start: number, length: number, position: number): Promise<{ readonly bytesWritten: number }>;
}

type Appendable = Writable & Pick<FileHandle, "datasync" | "truncate">;

export const writeAll = async (handle: Writable, bytes: Buffer, offset: number): Promise<void> => {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, offset + written);
    written += bytesWritten;
  }
};

/**
 * Appends at `end` and waits until it is durable: undefined. If that fails, the file is taken back to `end`, and the reason
 * returned: the log goes on from there. Rejects where even that fails, and nothing is known of the file any more.
 */
export const append = async (handle: Appendable, bytes: Buffer, end: number): Promise<Error | undefined> => {
  try {
    await writeAll(handle, bytes, end);
    await handle.datasync();
    return undefined;
  } catch (error) {
    await handle.truncate(end);
    await handle.datasync();
    return error instanceof Error ? error : new Error(String(error));
  }
};

/**
 * Whether `file` is still what was opened and holds what was written, no more and no less. What is appended to a file that was
 * removed, replaced or written by another process would be acknowledged and lost.
 */
export const isUntouched = async (log: Log, file: string): Promise<boolean> => {
  const [named, opened] = await Promise.all([stat(file).catch(() => undefined), log.handle.stat()]);
  return named?.ino === opened.ino && named.dev === opened.dev && named.size === log.end;
};
