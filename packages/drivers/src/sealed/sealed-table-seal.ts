import { randomBytes } from "node:crypto";
import type { Cryptography } from "@keywright/core";
import type { Query } from "./sealed-table-connection.ts";
import { SealedTableError } from "./sealed-table-error.ts";

/*
 * Values are sealed under a key of this table alone, derived from the master key and the table's id. The id, the version and the
 * path are authenticated with a value: it opens in its own table, at its own path, as its own version only.
 */

const FORMAT = "keywright-sealed-table 1";

export interface SealDependencies {
  readonly cryptography: Cryptography;
  readonly masterKey: Uint8Array;
}

export interface Place {
  readonly path: string;
  readonly version: number;
}

/** The seal of one table. */
export interface Seal {
  readonly id: string;
  seal(place: Place, text: string): string;
  /** undefined for anything that was not sealed so, and for this place. */
  open(place: Place, sealed: string): string | undefined;
}

interface SealRow {
  readonly id: string;
  readonly proof: string;
}

/**
 * The seal that stands in the database, or a new one where nothing is sealed yet. Processes that start at once agree on one.
 * Rejects with `SealedTableError` where the secrets are not this master key's.
 */
export const loadSeal = async (query: Query, dependencies: SealDependencies): Promise<Seal> => {
  const row = (await readSeal(query)) ?? (await makeSeal(query, dependencies));
  const { id, seal, open, opensProof } = sealOf(dependencies, row.id);
  if (!opensProof(row.proof)) {
    throw new SealedTableError("The secrets in the database were sealed by another master key: start with the one that sealed them; nothing was changed.");
  }
  return { id, seal, open };
};

const readSeal = async (query: Query): Promise<SealRow | undefined> => {
  const [row] = await query<SealRow>({ text: "select id, proof from sealed_secrets_seal", values: [] });
  return row;
};

const makeSeal = async (query: Query, dependencies: SealDependencies): Promise<SealRow> => {
  const { id, sealProof } = sealOf(dependencies, randomBytes(16).toString("base64url"));
  await query({
    text: `insert into sealed_secrets_seal (id, proof)
      select $1::text, $2::text where not exists (select from sealed_secrets)
      on conflict do nothing`,
    values: [id, sealProof()],
  });
  // Another process may have been first: what stands there counts.
  const row = await readSeal(query);
  if (row !== undefined) return row;
  throw new SealedTableError("The secrets in the database have lost their seal: restore the table sealed_secrets_seal from a backup; nothing was changed.");
};

const sealOf = ({ cryptography, masterKey }: SealDependencies, id: string) => {
  const identity = `${FORMAT} ${id}`;
  const key = cryptography.deriveKey(masterKey, identity);
  const contextOf = ({ path, version }: Place): string => `${identity} ${version} ${path}`;

  return {
    id,
    seal: (place: Place, text: string): string => cryptography.seal(key, text, contextOf(place)),
    open: (place: Place, sealed: string): string | undefined => cryptography.open(key, sealed, contextOf(place)),
    sealProof: (): string => cryptography.seal(key, "", `${identity} proof`),
    opensProof: (proof: string): boolean => cryptography.open(key, proof, `${identity} proof`) !== undefined,
  };
};
