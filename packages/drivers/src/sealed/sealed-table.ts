import { type Cryptography, type SecretEntry, type SecretStore, Unavailable } from "@keywright/core";
import { cryptography as nodeCryptography } from "../node/cryptography.ts";
import { MAX_VALUE_BYTES } from "./format.ts";
import { createQuery, type Query, type SealedTablePool } from "./sealed-table-connection.ts";
import { SealedTableError } from "./sealed-table-error.ts";
import { loadSeal, type Seal } from "./sealed-table-seal.ts";
import { deleteEntry, listNames, readEntry, type SealedRow, type WriteAnswer, writeEntry } from "./sealed-table-statements.ts";
import { requireFolder, requirePath } from "./secret-path.ts";

export interface SealedTableOptions {
  /** A database that was migrated. Whoever opened the pool ends it. */
  readonly pool: SealedTablePool;
  /** 32 bytes. */
  readonly masterKey: Uint8Array;
  readonly cryptography?: Cryptography;
  /** How long a call may take, with the wait for a connection. */
  readonly deadlineMs?: number;
}

const defaultDeadlineMs = 3_000;

/**
 * The secret store in a table of PostgreSQL, shared by any number of processes that have the same master key; every value sealed with
 * AES-256-GCM under it, paths and versions readable. A destroyed entry's row is deleted, and its space is the database's to reuse.
 *
 * A value that was moved to another path, or put back as another version, does not open: its reading rejects with `Unavailable`. A whole
 * row of an earlier day, put in the place of the present one, is genuine and cannot be told from it.
 *
 * Rejects with `SealedTableError` where the secrets were sealed by another master key, or their seal is lost; nothing is changed then.
 */
export const createSealedTable = async (options: SealedTableOptions): Promise<SecretStore> => {
  const { pool, masterKey, cryptography = nodeCryptography, deadlineMs = defaultDeadlineMs } = options;
  if (masterKey.length !== 32) throw new RangeError("A master key is 32 bytes.");
  const query = createQuery(pool, deadlineMs);
  return storeOn(query, await loadSeal(query, { cryptography, masterKey }));
};

const storeOn = (query: Query, seal: Seal) =>
  ({
    read: async (path) => {
      requirePath(path);
      const [row] = await query<SealedRow>(readEntry(path));
      return row === undefined ? undefined : unseal(seal, path, row);
    },
    write: async (path, data, expectedVersion) => {
      requirePath(path);
      const sealed = seal.seal({ path, version: expectedVersion + 1 }, spell(data));
      const [answer] = await query<WriteAnswer>(writeEntry({ sealId: seal.id, path, sealed, expectedVersion }));
      if (answer?.is_sealed !== true) {
        throw unusable("The secrets in the database have another seal than when this process started: start it again; nothing was written.");
      }
      return answer.is_written;
    },
    destroy: async (path) => {
      requirePath(path);
      await query(deleteEntry(path));
    },
    list: async (folder) => {
      const names = await query<{ name: string }>(listNames(requireFolder(folder)));
      return names.map(({ name }) => name).toSorted();
    },
  }) satisfies SecretStore;

const unseal = (seal: Seal, path: string, { version, sealed }: SealedRow): SecretEntry => {
  // `bigint` comes as a number or as its digits, as the pool was told.
  const place = { path, version: Number(version) };
  const text = seal.open(place, sealed);
  if (text === undefined) throw unusable(`The secret at ${path} in the database is damaged: it is not what was sealed as its version ${place.version}.`);
  return { data: JSON.parse(text) as Record<string, string>, version: place.version };
};

/** The JSON of data to keep. Throws a `TypeError` or `RangeError` for what is no entry: a defect of the caller. */
const spell = (data: Readonly<Record<string, string>>): string => {
  if (Object.values(data).some((value) => typeof value !== "string")) throw new TypeError("The values of a secret are strings.");
  const text = JSON.stringify(data);
  if (Buffer.byteLength(text) > MAX_VALUE_BYTES) throw new RangeError(`A secret is at most ${MAX_VALUE_BYTES} bytes of JSON.`);
  return text;
};

const unusable = (sentence: string): Unavailable => new Unavailable("secret-store", new SealedTableError(sentence));
