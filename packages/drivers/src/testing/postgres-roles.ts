import { Client } from "pg";
import type { PostgresServer } from "./postgres-engine.ts";

/** Addresses of one database, by who connects. None of the roles but the superuser's bypasses a wall. */
export interface OwnedDatabase {
  readonly superuser: string;
  readonly owner: string;
  readonly ownerRole: string;
  readonly app: string;
  readonly appRole: string;
}

/** A new, empty database with an owner who is no superuser, and a role for the app, whose name needs quoting wherever it stands. */
export const newOwnedDatabase = async (server: PostgresServer): Promise<OwnedDatabase> => {
  const superuser = await server.newDatabase();
  const name = new URL(superuser).pathname.slice(1);
  const [ownerRole, appRole] = [`${name}_owner`, `${name} "app"; drop table api_keys --`];
  await asking(superuser, async (client) => {
    await client.query(`create role ${ownerRole} login`);
    await client.query(`create role ${client.escapeIdentifier(appRole)} login`);
    await client.query(`alter database ${name} owner to ${ownerRole}`);
    // As a new database of PostgreSQL 15 and later has it, whatever the version: its owner makes tables in it, and nobody else.
    await client.query(`grant create, usage on schema public to ${ownerRole}`);
    await client.query("revoke create on schema public from public");
  });
  return { superuser, owner: addressFor(superuser, ownerRole), ownerRole, app: addressFor(superuser, appRole), appRole };
};

/** The same database as another role. */
export const addressFor = (address: string, role: string, password = ""): string => {
  const url = new URL(address);
  url.username = encodeURIComponent(role);
  url.password = encodeURIComponent(password);
  return url.href;
};

/** Works with a connection of its own, outside of any pool. */
export const asking = async <T>(address: string, work: (client: Client) => Promise<T>): Promise<T> => {
  const client = new Client({ connectionString: address });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};
