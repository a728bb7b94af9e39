import { PGlite } from "@electric-sql/pglite";

/** A PostgreSQL in this process: an example needs no other one. */
export const openDatabase = async (dataDir: string | undefined): Promise<PGlite> => {
  const database = await PGlite.create(dataDir === undefined ? {} : { dataDir });
  await database.exec(`
    create table if not exists contacts (
      id uuid primary key default gen_random_uuid(),
      tenant_id text not null,
      email text not null,
      name text not null,
      created_at timestamptz not null default now(),
      unique (tenant_id, email)
    );
    create table if not exists emails (
      id uuid primary key default gen_random_uuid(),
      tenant_id text not null,
      recipient text not null,
      subject text not null,
      sent_at timestamptz not null default now()
    );
    create index if not exists emails_of_tenant on emails (tenant_id, sent_at);
  `);
  return database;
};
