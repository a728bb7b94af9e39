import type { PostgresPool } from "kysely";
import { openEmbedded } from "../postgres/embedded/open.ts";
import { migrate } from "../postgres/migrate.ts";
import { openPostgres, type PostgresOptions } from "../postgres/pool.ts";

/** Pools of connections to a database on a server that has the tables of sealed secrets. */
export const openMigratedPostgres = async (options: PostgresOptions): Promise<PostgresPool> => {
  const pool = openPostgres(options);
  await migrate(pool);
  return pool;
};

/** The embedded database in a folder, with the tables of sealed secrets. */
export const openMigratedEmbedded = async (folder: string): Promise<PostgresPool> => {
  const pool = await openEmbedded({ folder });
  await migrate(pool);
  return pool;
};

/** Sends one statement, and gives its rows. */
export const ask = async <Row>(pool: PostgresPool, text: string, values: readonly unknown[] = []): Promise<readonly Row[]> => {
  const client = await pool.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    client.release();
  }
};

/** Makes the tables of sealed secrets as new. */
export const emptySealedTables = (pool: PostgresPool): Promise<readonly unknown[]> => ask(pool, "truncate sealed_secrets, sealed_secrets_seal");
