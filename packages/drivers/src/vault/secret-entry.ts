/*
 * What may stand in the secret store: the port's rule for paths, and entries that every secret store takes alike, so that each can be
 * moved to any other.
 */

const SECRET_PATH = /^[A-Za-z0-9_-]+(?:\/[A-Za-z0-9_-]+)*$/;
const NAME = /^[A-Za-z0-9_-]+\/?$/;
const MAX_PATH_LENGTH = 512;
/** The longest JSON of one entry, in bytes. */
const MAX_ENTRY_BYTES = 64 * 1024;

/** Throws a `TypeError` for anything but segments of `[A-Za-z0-9_-]` joined by `/`: such a path is a defect of the caller. */
export const requirePath = (path: string): void => {
  if (path.length > MAX_PATH_LENGTH || !SECRET_PATH.test(path)) {
    throw new TypeError(`A path of the secret store is segments of [A-Za-z0-9_-] joined by "/", ${MAX_PATH_LENGTH} characters at most.`);
  }
};

/** A folder with its closing `/`; empty for the root, whose name is empty. */
export const requireFolder = (folder: string): string => {
  if (folder === "") return folder;
  const path = folder.endsWith("/") ? folder.slice(0, -1) : folder;
  requirePath(path);
  return `${path}/`;
};

/** Whether the port can have a name in a folder: by hand, Vault takes others. */
export const isName = (name: unknown): name is string => typeof name === "string" && NAME.test(name);

/** Throws a `TypeError` or `RangeError` for what is no entry: a defect of the caller. */
export const requireEntry = (data: Readonly<Record<string, string>>): void => {
  // Vault keeps JSON as UTF-8, in which half a surrogate pair has no place.
  const isText = (value: unknown): boolean => typeof value === "string" && !/\p{Surrogate}/u.test(value);
  if (!Object.entries(data).flat().every(isText)) throw new TypeError("The names and values of a secret are strings of Unicode.");
  if (Buffer.byteLength(JSON.stringify(data)) > MAX_ENTRY_BYTES) throw new RangeError(`A secret is at most ${MAX_ENTRY_BYTES} bytes of JSON.`);
};

/** What somebody wrote by hand, as the strings that the port gives: anything else by its JSON, for the reader to find out. */
export const toEntryData = (data: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(data).map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]));
