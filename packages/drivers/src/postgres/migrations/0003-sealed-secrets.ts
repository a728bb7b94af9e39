import { type Kysely, sql } from "kysely";

/**
 * The secret store of an installation without Vault: values sealed by the master key, which is not in the database. The seal, one row
 * at most, tells a process whether its master key is the one. Paths compare by byte, whatever the database's locale: listing relies on it.
 */
const statements = [
  sql`create table sealed_secrets (
    path text collate "C" primary key check (path ~ '^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$'),
    version bigint not null check (version > 0),
    sealed text not null
  )`,

  sql`create table sealed_secrets_seal (
    id text collate "C" not null,
    proof text not null,
    singleton boolean primary key default true check (singleton)
  )`,
];

export const createSealedSecrets = {
  up: async (db: Kysely<unknown>): Promise<void> => {
    for (const statement of statements) await statement.execute(db);
  },
};
