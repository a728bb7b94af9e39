import type { EmbedSession, EmbedSessionStore } from "@keywright/core";
import { type Insertable, type Kysely, type Selectable, type SqlBool, sql } from "kysely";
import { digestBytes } from "./rows.ts";
import type { EmbedSessionTable, Tables } from "./schema.ts";

type Db = Kysely<Tables>;

export const postgresEmbedSessions = (db: Db) =>
  ({
    insert: async (session) => void (await db.insertInto("embed_sessions").values(toRow(session)).execute()),
    find: async (sessionId) => first(await all(db).where("id", "=", sessionId).execute()),
    findByDigest: async (digests) => (digests.length === 0 ? undefined : first(await all(db).where("digest", "in", digests.map(digestBytes)).execute())),
    remove: async (sessionId) => (await db.deleteFrom("embed_sessions").where("id", "=", sessionId).executeTakeFirst()).numDeletedRows === 1n,
    removeOfTenant: async (tenantId) => void (await db.deleteFrom("embed_sessions").where("tenant_id", "=", tenantId).execute()),
    prune: (beforeMs, limit) => prune(db, beforeMs, limit),
  }) satisfies EmbedSessionStore;

const all = (db: Db) => db.selectFrom("embed_sessions").selectAll();

const first = ([row]: readonly Selectable<EmbedSessionTable>[]): EmbedSession | undefined => row && fromRow(row);

/** The array is read once: a subquery that is joined could be run again, and delete more than `limit`. */
const prune = async (db: Db, beforeMs: number, limit: number): Promise<number> => {
  const { numDeletedRows } = await db
    .deleteFrom("embed_sessions")
    .where(
      sql<SqlBool>`id = any(array(select id from embed_sessions where expires_at_ms < ${beforeMs} order by expires_at_ms limit ${limit} for update skip locked))`,
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
};

const toRow = (session: EmbedSession): Insertable<EmbedSessionTable> => ({
  id: session.id,
  tenant_id: session.tenantId,
  member_id: session.memberId,
  origin: session.origin,
  digest: digestBytes(session.digest),
  created_at_ms: session.createdAtMs,
  expires_at_ms: session.expiresAtMs,
});

const fromRow = (row: Selectable<EmbedSessionTable>): EmbedSession => ({
  id: row.id,
  tenantId: row.tenant_id,
  memberId: row.member_id,
  origin: row.origin,
  digest: row.digest.toString("base64url"),
  createdAtMs: row.created_at_ms,
  expiresAtMs: row.expires_at_ms,
});
