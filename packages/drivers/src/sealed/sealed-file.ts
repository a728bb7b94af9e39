import { open } from "node:fs/promises";
import { type Cryptography, type SecretEntry, type SecretStore, Unavailable } from "@keywright/core";
import { cryptography as nodeCryptography } from "../node/cryptography.ts";
import { type FormatDependencies, MAX_VALUE_BYTES } from "./format.ts";
import { type Log, readAt } from "./log.ts";
import { createLogKeeper, type LogKeeper } from "./log-keeper.ts";
import { recover } from "./recover.ts";
import { create, removeDraft } from "./rewrite.ts";
import { SealedFileError } from "./sealed-file-error.ts";
import { requireFolder, requirePath } from "./secret-path.ts";
import { createWriteQueue } from "./write-queue.ts";

export interface SealedFileOptions {
  /** The file; its folder exists. One process at a time: whoever opens it holds the lock of the data folder. */
  readonly path: string;
  /** 32 bytes. */
  readonly masterKey: Uint8Array;
  readonly cryptography?: Cryptography;
}

export type SealedFile = SecretStore & {
  /** Waits for the writes that were asked for, then lets go of the file. From here on everything rejects. */
  close(): Promise<void>;
};

const isMissing = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "ENOENT";

/** The log that stands in the file, or a new and empty one. */
const openLog = async (file: string, dependencies: FormatDependencies): Promise<Log> => {
  const handle = await open(file, "r+").catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw new SealedFileError(`${file} cannot be opened for reading and writing.`, error);
  });
  if (!handle) return await create(file, dependencies);
  try {
    const log = await recover({ file, handle }, dependencies);
    await removeDraft(file);
    return log;
  } catch (error) {
    await handle.close();
    throw error;
  }
};

/** The JSON of data to keep. Throws a `TypeError` or `RangeError` for what is no entry: a defect of the caller. */
const spell = (data: Readonly<Record<string, string>>): string => {
  if (Object.values(data).some((value) => typeof value !== "string")) throw new TypeError("The values of a secret are strings.");
  const text = JSON.stringify(data);
  if (Buffer.byteLength(text) > MAX_VALUE_BYTES) throw new RangeError(`A secret is at most ${MAX_VALUE_BYTES} bytes of JSON.`);
  return text;
};

const readEntry = async (log: Log, path: string): Promise<SecretEntry | undefined> => {
  const place = log.index.get(path);
  if (!place) return undefined;
  const record = log.codec.decode(await readAt(log.handle, place.offset, place.length));
  // The sequence too: an older value of this path is just as genuine, and must not take the place of the newest.
  if (record?.path !== path || record.sequence !== place.sequence) throw new SealedFileError(`a record is damaged at offset ${place.offset}`);
  return { data: JSON.parse(record.text) as Record<string, string>, version: place.version };
};

const storeOn = (keeper: LogKeeper) => {
  const queue = createWriteQueue(keeper);
  let closing: Promise<void> | undefined;

  const requireOpen = (): void => {
    if (closing) throw new Unavailable("secret-store", new SealedFileError("the sealed file is closed"));
  };
  const closeWhenIdle = async (): Promise<void> => {
    await queue.idle();
    await keeper.log().handle.close();
  };

  return {
    read: async (path) => {
      requirePath(path);
      requireOpen();
      return await readEntry(keeper.log(), path).catch((cause: unknown) => {
        throw new Unavailable("secret-store", cause);
      });
    },
    write: async (path, data, expectedVersion) => {
      requirePath(path);
      const text = spell(data);
      requireOpen();
      return await queue.change({ kind: "w", path, text, expectedVersion });
    },
    destroy: async (path) => {
      requirePath(path);
      requireOpen();
      await queue.change({ kind: "d", path, text: "", expectedVersion: 0 });
    },
    list: async (folder) => {
      const path = requireFolder(folder);
      requireOpen();
      return keeper.log().index.list(path);
    },
    close: async () => {
      closing ??= closeWhenIdle();
      await closing;
    },
  } satisfies SealedFile;
};

/**
 * The secret store in one file (mode 0600, made if it is missing), every value sealed with AES-256-GCM under the master key;
 * paths and versions are readable in it. Only the paths are kept in memory.
 *
 * Writes that come together are appended together and share one `fdatasync`; a write that resolves survives a crash.
 *
 * Values that were destroyed or overwritten stand in the file until it is rewritten without them, while reading goes on and
 * writing waits: after it was opened, if it holds any destroyed value, or more of no use than of use; and in operation, once
 * more is of no use than of use and that is over 64 KiB, or it is over 4 MiB. The blocks that a rewritten file frees are the
 * file system's to reuse.
 *
 * Rejects with `SealedFileError` a file sealed by another master key, or damaged anywhere but in what a crash left of its last
 * append; such a file is not changed. An older copy of the whole file, put in its place, is genuine and cannot be told from it.
 */
export const openSealedFile = async ({ path, masterKey, cryptography = nodeCryptography }: SealedFileOptions): Promise<SealedFile> => {
  if (masterKey.length !== 32) throw new RangeError("A master key is 32 bytes.");
  const dependencies = { cryptography, masterKey };
  const log = await openLog(path, dependencies);
  return storeOn(createLogKeeper({ ...dependencies, file: path }, log));
};
