import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { syncFolder } from "../node/sync-folder.ts";
import { type FormatDependencies, MAX_LINE_BYTES, newCodec } from "./format.ts";
import { type Line, type Log, note, readLines, writeAll } from "./log.ts";
import { createPathIndex } from "./path-index.ts";
import { SealedFileError } from "./sealed-file-error.ts";

const draftOf = (file: string): string => `${file}.draft`;

/** What was being written when a process died: no file of this name is ever read. */
export const removeDraft = (file: string): Promise<void> => rm(draftOf(file), { force: true });

/** The last value of every path among these lines, sealed anew for `log`. */
const copyLive = (log: Log, source: Log, lines: readonly Line[]): string => {
  let text = "";
  for (const { offset, bytes } of lines) {
    const record = source.codec.decode(bytes);
    if (!record) throw new SealedFileError(`a record is damaged at offset ${offset}`);
    if (source.index.get(record.path)?.offset !== offset) continue;
    const copy = { ...record, sequence: log.nextSequence, batch: log.nextSequence };
    const line = log.codec.encode(copy);
    note(log, copy, line.length);
    text += `${line}\n`;
  }
  return text;
};

const fill = async (log: Log, source: Log | undefined): Promise<void> => {
  await writeAll(log.handle, Buffer.from(`${log.codec.header}\n`, "latin1"), 0);
  if (source) {
    for await (const lines of readLines(source.handle, { from: source.codec.header.length + 1, to: source.end, maxLineBytes: MAX_LINE_BYTES })) {
      const start = log.end;
      await writeAll(log.handle, Buffer.from(copyLive(log, source, lines), "latin1"), start);
    }
    if (log.index.size() !== source.index.size()) throw new SealedFileError("the file ended before its last record");
  }
  await log.handle.sync();
};

/** A new log beside `file`, whole and durable, with what lives in `source`; `install` puts it in place. */
export const draft = async (file: string, dependencies: FormatDependencies, source?: Log): Promise<Log> => {
  await removeDraft(file);
  const handle: FileHandle = await open(draftOf(file), "wx+", 0o600);
  const codec = newCodec(dependencies);
  const headerBytes = codec.header.length + 1;
  const log: Log = { handle, codec, index: createPathIndex(), end: headerBytes, nextSequence: 0, liveBytes: headerBytes, holdsDestroyed: false };
  try {
    await fill(log, source);
    return log;
  } catch (error) {
    await handle.close();
    await removeDraft(file);
    throw error;
  }
};

/** Until the rename the old file is the whole truth, after it the new one; only when the folder is durable may anything be added. */
export const install = async (file: string): Promise<void> => {
  await rename(draftOf(file), file);
  await syncFolder(dirname(file));
};

/** A new file that holds nothing yet. */
export const create = async (file: string, dependencies: FormatDependencies): Promise<Log> => {
  const log = await draft(file, dependencies);
  try {
    await install(file);
    return log;
  } catch (error) {
    await log.handle.close();
    throw error;
  }
};
