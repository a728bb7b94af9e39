import { type Kysely, sql } from "kysely";

/**
 * Keys by the end of their hint. A search reads no more secrets than end that way: to look at every one costs a tenant's people, whose wall asks of each
 * secret whose it is, a second and more among 100,000. A column, since no index on a call of `reverse` is used behind a wall: the planner does not trust
 * the function with rows that one may not see.
 */
const statements = [
  sql`alter table key_secrets add column hint_reversed text collate "C" not null generated always as (reverse(hint)) stored`,
  sql`create index key_secrets_by_hint on key_secrets (hint_reversed) where valid_until_ms is null`,
];

export const searchHints = {
  up: async (db: Kysely<unknown>): Promise<void> => {
    for (const statement of statements) await statement.execute(db);
  },
};
