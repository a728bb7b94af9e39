import type { Announcement, Announcements } from "@keywright/core";
import { type Kysely, type SqlBool, sql } from "kysely";
import type { Tables } from "./schema.ts";

type Db = Kysely<Tables>;

export const postgresAnnouncements = (db: Db) =>
  ({
    add: async (changed) => {
      if (changed.length === 0) return;
      await db
        .insertInto("announcements")
        .values(changed.map(({ id, revision }) => ({ subject_id: id, revision })))
        .execute();
    },
    since: (sinceMs, { after, limit }) => read(db, sql<SqlBool>`settled_at >= to_timestamp(${sinceMs}::float8 / 1000)`, { after, limit }),
    unsettled: (ageMs, page) =>
      read(db, sql<SqlBool>`settled_at = 'infinity' and made_at <= clock_timestamp() - make_interval(secs => ${ageMs}::float8 / 1000)`, page),
    settle: async (changed) => {
      if (changed.length === 0) return;
      const revisions = changed.map(({ revision }) => revision);
      await sql`
        update announcements set settled_at = clock_timestamp()
        from unnest(${changed.map(({ id }) => id)}::text[], ${revisions}::bigint[]) as told (id, revision)
        where subject_id = told.id and announcements.revision <= told.revision and settled_at = 'infinity'
      `.execute(db);
    },
    prune: (limit) => prune(db, limit),
  }) satisfies Announcements;

interface PageBounds {
  readonly after: number;
  readonly limit: number;
}

const read = (db: Db, condition: ReturnType<typeof sql<SqlBool>>, { after, limit }: PageBounds): Promise<Announcement[]> =>
  db
    .selectFrom("announcements")
    .select(["sequence", "subject_id as id", "revision"])
    .where(condition)
    .where("sequence", ">", after)
    .orderBy("sequence")
    .limit(limit)
    .execute();

const prune = async (db: Db, limit: number): Promise<number> => {
  const { numDeletedRows } = await db
    .deleteFrom("announcements")
    .where(
      sql<SqlBool>`sequence = any(array(
        select sequence from announcements where settled_at < clock_timestamp() - interval '30 days' order by settled_at limit ${limit} for update skip locked
      ))`,
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
};
