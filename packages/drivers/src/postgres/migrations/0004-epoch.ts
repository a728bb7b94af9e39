import { type Kysely, sql } from "kysely";

/**
 * Which ledger is current, who has seen it, and what ledgers have to be told (`docs/adr/0007-the-epoch-in-the-store.md`).
 * `installation` tells the names of this store in a ledger from those of another store there. `infinity` stands for "never settled", so that one index finds what was settled late or never.
 */
const statements = [
  sql`create table epoch (
    number bigint not null,
    ledger text not null,
    moved_at timestamptz not null default to_timestamp(0),
    left_at timestamptz not null default to_timestamp(0),
    left_number bigint not null default 0,
    installation text not null,
    singleton boolean primary key default true check (singleton)
  ) with (fillfactor = 70)`,
  sql`insert into epoch (number, ledger, installation) values (0, '', substr(md5(gen_random_uuid()::text), 1, 8))`,

  sql`create table processes (
    id text collate "C" primary key,
    seen_at timestamptz not null,
    epoch bigint not null,
    serves_alone boolean not null
  ) with (fillfactor = 70)`,

  sql`create table announcements (
    sequence bigint generated always as identity primary key,
    subject_id text collate "C" not null,
    revision bigint not null,
    made_at timestamptz not null default clock_timestamp(),
    settled_at timestamptz not null default 'infinity'
  ) with (fillfactor = 70)`,
  sql`create index announcements_by_settling on announcements (settled_at, sequence)`,
  sql`create index announcements_unsettled on announcements (subject_id) where settled_at = 'infinity'`,
];

export const createEpoch = {
  up: async (db: Kysely<unknown>): Promise<void> => {
    for (const statement of statements) await statement.execute(db);
  },
};
