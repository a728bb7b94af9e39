import { closeSync, existsSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { tryLock } from "fs-native-extensions";

export interface FolderLock {
  release(): void;
}

const lockName = "lock";

/**
 * Takes a folder for this process alone, by the operating system's lock on a file in it: released by `release`, or by the kernel
 * when the process ends, however it ends. Makes the folder, for its owner alone, where it is not there.
 * Throws an Error of one sentence where another process has the folder, or it cannot be used.
 */
export const lockFolder = (folder: string): FolderLock => {
  const descriptor = openLockFile(folder);
  if (!lockNow(descriptor, folder)) {
    closeSync(descriptor);
    throw new Error(`The data folder ${folder} is in use by another Keywright process${holderOf(folder)}.`);
  }
  // For whoever is refused; the lock itself is the kernel's.
  ftruncateSync(descriptor);
  writeSync(descriptor, `${process.pid}\n`, 0);
  return { release: once(() => closeSync(descriptor)) };
};

const openLockFile = (folder: string): number => {
  try {
    makeFolder(folder);
    return openSync(join(folder, lockName), "a+", 0o600);
  } catch (cause) {
    throw unusable(folder, cause);
  }
};

/** Node's own recursive mkdir never ends where the system has no such folder and lets none be made, as under `/proc`. */
const makeFolder = (folder: string): void => {
  if (existsSync(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) makeFolder(parent);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process made it in between.
    if (!existsSync(folder)) throw error;
  }
};

const lockNow = (descriptor: number, folder: string): boolean => {
  try {
    return tryLock(descriptor);
  } catch (cause) {
    closeSync(descriptor);
    throw unusable(folder, cause);
  }
};

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission is denied",
  EPERM: "permission is denied",
  EROFS: "its file system is read-only",
  ENOSPC: "its disk is full",
  ENOTDIR: "it, or a part of its path, is not a folder",
  ENOENT: "no folder can be made there",
};

const unusable = (folder: string, cause: unknown): Error => {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
  return new Error(`The data folder ${folder} cannot be used: ${reasons[code] ?? code}.`, { cause });
};

const holderOf = (folder: string): string => {
  const holder = /^\d+/.exec(readFileSync(join(folder, lockName), "utf8"));
  return holder === null ? "" : ` (pid ${holder[0]})`;
};

const once = (work: () => void): (() => void) => {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    work();
  };
};
