import { type Kysely, sql } from "kysely";

/**
 * Lists of a tenant's keys in other orders than that of their ids.
 *
 * Each key has a row of activity from its start on, so that one index has those that were never used too. It goes by the hour of the last use: a key
 * that is used all the time changes its row without touching an index but once an hour, and a list sorts no more than an hour's keys.
 */
const isOwn = sql`nullif(coalesce(current_setting('keywright.tenant', true), '') in ('', tenant_id) or is_own_key(key_id), false) is not null`;

const statements = [
  // The greatest whole number of JavaScript stands for "never": see the core's order of keys.
  sql`create index api_keys_by_name on api_keys (tenant_id, folded_name, id)`,
  sql`create index api_keys_by_end on api_keys (tenant_id, coalesce(expires_at_ms, 9007199254740991), id)`,

  sql`alter table key_activity
    add column tenant_id text collate "C",
    alter column last_used_at_ms drop not null,
    add column last_used_hour bigint not null generated always as (coalesce(last_used_at_ms, -1) / 3600000) stored`,
  sql`update key_activity set tenant_id = api_keys.tenant_id from api_keys where api_keys.id = key_activity.key_id`,
  sql`insert into key_activity (key_id, tenant_id) select id, tenant_id from api_keys on conflict do nothing`,
  sql`create index key_activity_by_hour on key_activity (tenant_id, last_used_hour)`,

  sql`create function begin_key_activity() returns trigger language plpgsql as $$
  begin
    insert into key_activity (key_id, tenant_id) values (new.id, new.tenant_id)
    on conflict (key_id) do update set tenant_id = excluded.tenant_id;
    return null;
  end $$`,
  sql`create trigger begin_key_activity after insert on api_keys for each row execute function begin_key_activity()`,

  // The row says itself whose it is: a list need not look up the key of each. A use that is written names the key alone.
  sql`alter policy tenant_wall on key_activity using (${isOwn})`,
];

export const orderKeys = {
  up: async (db: Kysely<unknown>): Promise<void> => {
    for (const statement of statements) await statement.execute(db);
  },
};
