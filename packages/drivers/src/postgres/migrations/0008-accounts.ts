import { type Kysely, sql } from "kysely";

/**
 * People's accounts, in the shape that the authentication library asks for (`accounts/schema.ts` has its names for these). No tenant's rows are in
 * them: an account may be a member of several. Passwords are scrypt hashes; the secrets of second factors are sealed; a session's token is of no
 * use without its signature, which is nowhere here; links that were mailed stand as digests.
 */
const statements = [
  sql`create table accounts (
    id text primary key,
    name text not null,
    email text not null unique,
    email_verified boolean not null,
    image text,
    is_operator boolean not null,
    must_change_password boolean not null,
    two_factor_enabled boolean,
    created_at timestamptz not null default current_timestamp,
    updated_at timestamptz not null default current_timestamp
  )`,

  sql`create table account_sessions (
    id text primary key,
    account_id text not null references accounts (id) on delete cascade,
    token text not null unique,
    ip_address text,
    user_agent text,
    expires_at timestamptz not null,
    created_at timestamptz not null default current_timestamp,
    updated_at timestamptz not null
  )`,
  sql`create index account_sessions_of_account on account_sessions (account_id)`,
  sql`create index account_sessions_by_end on account_sessions (expires_at)`,

  sql`create table account_logins (
    id text primary key,
    account_id text not null references accounts (id) on delete cascade,
    provider_id text not null,
    provider_account_id text not null,
    password text,
    access_token text,
    refresh_token text,
    id_token text,
    access_token_expires_at timestamptz,
    refresh_token_expires_at timestamptz,
    scope text,
    created_at timestamptz not null default current_timestamp,
    updated_at timestamptz not null,
    unique (provider_id, provider_account_id)
  )`,
  sql`create index account_logins_of_account on account_logins (account_id)`,

  sql`create table account_verifications (
    id text primary key,
    identifier text not null,
    value text not null,
    expires_at timestamptz not null,
    created_at timestamptz not null default current_timestamp,
    updated_at timestamptz not null default current_timestamp
  )`,
  sql`create index account_verifications_by_identifier on account_verifications (identifier)`,
  sql`create index account_verifications_by_end on account_verifications (expires_at)`,

  sql`create table account_two_factors (
    id text primary key,
    account_id text not null references accounts (id) on delete cascade,
    secret text not null,
    backup_codes text not null,
    verified boolean,
    failed_verification_count integer,
    locked_until timestamptz
  )`,
  sql`create index account_two_factors_of_account on account_two_factors (account_id)`,

  // Of accounts and addresses that somebody tries to get in by: digests of them, never they themselves.
  sql`create table account_attempts (
    subject text collate "C" primary key,
    attempts integer not null,
    ends_at_ms bigint not null
  ) with (fillfactor = 70)`,
  sql`create index account_attempts_by_end on account_attempts (ends_at_ms)`,
];

export const createAccounts = {
  up: async (db: Kysely<unknown>): Promise<void> => {
    for (const statement of statements) await statement.execute(db);
  },
};
