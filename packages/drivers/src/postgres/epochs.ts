import type { Epoch, Epochs } from "@keywright/core";
import { Kysely, PostgresDialect, type PostgresPool, type RawBuilder, sql } from "kysely";

type Db = Kysely<unknown>;

/** Milliseconds since a moment, by the database's clock, and whole: floor makes an age never more than it is. 0 for a moment that is yet to come. */
const since = (moment: RawBuilder<unknown>) =>
  sql`case when ${moment} > clock_timestamp() then 0 else floor(extract(epoch from clock_timestamp() - ${moment}) * 1000) end::bigint`;

const fields = sql`number, ledger, ${since(sql`moved_at`)} as "ageMs", ${since(sql`left_at`)} as "settledMs", left_number as "settledFrom",
  floor(extract(epoch from clock_timestamp()) * 1000)::bigint as "nowMs"`;

/**
 * The epoch in the store. The pool should have deadlines of a second, not the store's: who cannot confirm has to know it soon.
 * Whoever opened the pool ends it.
 */
export const createEpochs = (pool: PostgresPool): Epochs => {
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  return {
    read: () => one(db, sql`select ${fields} from epoch`),
    confirm: ({ id, servesAlone, holds }) =>
      one(
        db,
        sql`with seen as (
          insert into processes (id, seen_at, epoch, serves_alone) select ${id}, clock_timestamp(), ${holds}::bigint, ${servesAlone} where ${holds}::bigint is not null
          on conflict (id) do update set seen_at = excluded.seen_at, epoch = excluded.epoch, serves_alone = excluded.serves_alone
        ) select ${fields} from epoch`,
      ),
    move: async (from, ledger, isTold) => {
      await sql`
        update epoch set number = number + 1, ledger = ${ledger}, moved_at = clock_timestamp(),
          left_at = case when ${isTold} then 'infinity' else left_at end, left_number = case when ${isTold} then number + 1 else left_number end
        where number = ${from}
      `.execute(db);
      // Only now can the move be seen. Whoever reads it before this is done counts from their reading.
      await stampLeaving(db);
      return one(db, sql`select ${fields} from epoch`);
    },
    countBehind: async (number) => {
      // Where the mover died between the two, a change that has waited does it for the next one.
      await stampLeaving(db);
      const { rows } = await sql<{ count: number }>`
        select count(*) as count from processes where epoch < ${number} and serves_alone and seen_at > clock_timestamp() - interval '10 minutes'
      `.execute(db);
      return rows[0]?.count ?? 0;
    },
    leave: async (processId) => {
      await sql`delete from processes where id = ${processId} or seen_at < clock_timestamp() - interval '1 day'`.execute(db);
    },
  } satisfies Epochs;
};

const stampLeaving = (db: Db) => sql`update epoch set left_at = clock_timestamp() where left_at = 'infinity'`.execute(db);

/** What the names in a ledger begin with, so that two installations may share one Redis: eight hexadecimal digits, drawn when the store was made. */
export const readInstallation = async (pool: PostgresPool): Promise<string> => {
  const { rows } = await sql<{ installation: string }>`select installation from epoch`.execute(new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) }));
  const [row] = rows;
  if (row === undefined) throw lost();
  return row.installation;
};

const lost = (): Error => new Error("The store has no epoch: its one row was deleted. Restore a backup.");

const one = async (db: Db, query: RawBuilder<unknown>): Promise<Epoch> => {
  const { rows } = await query.execute(db);
  const [row] = rows as readonly Epoch[];
  if (row === undefined) throw lost();
  return row;
};
