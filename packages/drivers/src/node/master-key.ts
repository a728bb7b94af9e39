import { randomBytes, randomUUID } from "node:crypto";
import { type FileHandle, link, open, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { syncFolder } from "./sync-folder.ts";

const KEY_BYTES = 32;
const SPELLING = `the base64 of exactly ${KEY_BYTES} bytes: 44 characters, as \`openssl rand -base64 32\` prints them`;

/** Why there is no master key: one sentence for the operator, which never holds the value. */
class MasterKeyError extends Error {
  constructor(sentence: string, cause?: unknown) {
    super(sentence, { cause });
    this.name = "MasterKeyError";
  }
}

interface MasterKeySources {
  /** The value of KEYWRIGHT_MASTER_KEY, if it is set: base64 of 32 bytes. */
  readonly given?: string | undefined;
  /** Where a key that was not given rests: `<data folder>/master.key`. */
  readonly file: string;
}

export interface MasterKey {
  readonly key: Uint8Array;
  readonly origin: "given" | "file" | "made";
}

/** The bytes of a spelled key; undefined for anything but the one canonical spelling of 32 bytes. */
const decodeKey = (text: string): Uint8Array | undefined => {
  const spelled = text.trim();
  const bytes = Buffer.from(spelled, "base64");
  return bytes.length === KEY_BYTES && bytes.toString("base64") === spelled ? new Uint8Array(bytes) : undefined;
};

const codeOf = (error: unknown): string => (error instanceof Error && "code" in error ? String(error.code) : "unknown");

/** Windows has no such bits: there the folder's own rights protect the file. */
const isOpenToOthers = (mode: number): boolean => process.platform !== "win32" && (mode & 0o077) !== 0;

const readKey = async (handle: FileHandle, file: string): Promise<Uint8Array> => {
  const status = await handle.stat();
  if (!status.isFile()) throw new MasterKeyError(`The master key file ${file} must be a regular file.`);
  if (isOpenToOthers(status.mode)) {
    throw new MasterKeyError(`The master key file ${file} is open to others than its owner: allow its owner alone (chmod 600).`);
  }
  const key = status.size <= 1024 ? decodeKey(await handle.readFile("utf8")) : undefined;
  if (!key) throw new MasterKeyError(`The master key file ${file} must hold ${SPELLING}.`);
  return key;
};

/** The key in the file; undefined where there is no file. */
const findKey = async (file: string): Promise<Uint8Array | undefined> => {
  const handle = await open(file, "r").catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return undefined;
    throw new MasterKeyError(`The master key file ${file} cannot be opened (${codeOf(error)}).`, error);
  });
  if (!handle) return undefined;
  try {
    return await readKey(handle, file);
  } finally {
    await handle.close();
  }
};

const writeDurably = async (file: string, text: string): Promise<void> => {
  const handle = await open(file, "wx", 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/**
 * Makes the file whole or not at all, and only if no other process was first: a link, unlike a rename, never replaces a key
 * that may have sealed something already. False if another was first.
 */
const placeKey = async (file: string, key: Uint8Array): Promise<boolean> => {
  const draft = `${file}.${randomUUID()}.draft`;
  try {
    await writeDurably(draft, `${Buffer.from(key).toString("base64")}\n`);
    return await link(draft, file).then(
      () => true,
      (error: unknown) => {
        if (codeOf(error) === "EEXIST") return false;
        throw error;
      },
    );
  } finally {
    await rm(draft, { force: true });
  }
};

const makeKey = async (file: string, key: Uint8Array): Promise<boolean> => {
  try {
    const placed = await placeKey(file, key);
    // Also where another was first: its own synchronisation may still be under way.
    await syncFolder(dirname(file));
    return placed;
  } catch (error) {
    throw new MasterKeyError(`The master key file ${file} cannot be made (${codeOf(error)}).`, error);
  }
};

/**
 * The master key that seals the secrets: the given one, else the one in the file, else a new one that is put there (mode 0600,
 * durable before this resolves). Rejects with `MasterKeyError` a value or file that holds no key, or a file open to others.
 */
export const resolveMasterKey = async ({ given, file }: MasterKeySources): Promise<MasterKey> => {
  if (given !== undefined) {
    const key = decodeKey(given);
    if (!key) throw new MasterKeyError(`KEYWRIGHT_MASTER_KEY must be ${SPELLING}.`);
    return { key, origin: "given" };
  }
  const found = await findKey(file);
  if (found) return { key: found, origin: "file" };

  const made = new Uint8Array(randomBytes(KEY_BYTES));
  if (await makeKey(file, made)) return { key: made, origin: "made" };
  const others = await findKey(file);
  if (!others) throw new MasterKeyError(`The master key file ${file} vanished while it was made.`);
  return { key: others, origin: "file" };
};
