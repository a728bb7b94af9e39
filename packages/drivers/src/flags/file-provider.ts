import { open, stat } from "node:fs/promises";
import { FlagdCore } from "@openfeature/flagd-core";
import { GeneralError, type Provider } from "@openfeature/server-sdk";
import { createBooleanProvider } from "./boolean-provider.ts";
import { staleReason } from "./questions.ts";
import { silent } from "./silent.ts";

/** Ten thousand tenants by name fit in. */
const maxFileBytes = 1024 * 1024;

interface Loaded {
  readonly flags: FlagdCore;
  /** Tells this content of the file from any other. */
  readonly stamp: string;
}

/**
 * Flags of a file in flagd's format, read again when a question finds it changed. A file that is there and does not hold flags, as one that is
 * being written, leaves the last good content in force, and the answers say so. A file that cannot be read is answered by the default.
 */
export const createFileProvider = (file: string): Provider => {
  const state: { loaded: Loaded | undefined; reading: Promise<string | undefined> | undefined } = { loaded: undefined, reading: undefined };

  const refresh = async (): Promise<string | undefined> => {
    const stamp = await stampOf(file);
    if (stamp === state.loaded?.stamp) return undefined;
    const text = await readText(file);
    const flags = parseFlags(text);
    if (flags !== undefined) {
      state.loaded = { flags, stamp };
      return undefined;
    }
    const trouble = `The flag file ${file} does not hold flags in flagd's format.`;
    if (state.loaded === undefined) throw new GeneralError(trouble);
    return `${trouble} What it held before stays in force.`;
  };
  const refreshTogether = (): Promise<string | undefined> => {
    state.reading ??= refresh().finally(() => {
      state.reading = undefined;
    });
    return state.reading;
  };

  return createBooleanProvider("keywright flag file", async (flag, fallback, context) => {
    const stale = await refreshTogether();
    const details = requireLoaded(state.loaded, file).flags.resolveBooleanEvaluation(flag, fallback, context, silent);
    return stale === undefined ? details : { ...details, flagMetadata: { ...details.flagMetadata, [staleReason]: stale } };
  });
};

const requireLoaded = (loaded: Loaded | undefined, file: string): Loaded => {
  if (loaded === undefined) throw new GeneralError(`The flag file ${file} was not read.`);
  return loaded;
};

const unreadable = (file: string, error: unknown): GeneralError => {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  return new GeneralError(`The flag file ${file} cannot be read (${code}).`, { cause: error });
};

/** A file that takes another's place has another inode, one that was written over another time. */
const stampOf = async (file: string): Promise<string> => {
  const found = await stat(file, { bigint: true }).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  if (!found.isFile() || found.size > maxFileBytes) throw new GeneralError(`The flag file ${file} is no file of ${maxFileBytes} bytes at most.`);
  return `${found.ino} ${found.size} ${found.mtimeNs}`;
};

/** Never reads more than a flag file may hold, however it grows meanwhile. */
const readText = async (file: string): Promise<string> => {
  const handle = await open(file).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  try {
    const buffer = Buffer.alloc(maxFileBytes);
    const { bytesRead } = await handle.read(buffer, 0, maxFileBytes, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } catch (error) {
    throw unreadable(file, error);
  } finally {
    await handle.close();
  }
};

const parseFlags = (text: string): FlagdCore | undefined => {
  const flags = new FlagdCore(undefined, silent);
  try {
    flags.setConfigurations(text);
    return flags;
  } catch {
    return undefined;
  }
};
