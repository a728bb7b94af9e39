import type { Member, MemberStore, PageRequest } from "@keywright/core";
import type { Insertable, Kysely, Selectable } from "kysely";
import { pageOf, rowsFor } from "./page.ts";
import { folded } from "./rows.ts";
import type { MemberTable, Tables } from "./schema.ts";

type Db = Kysely<Tables>;

export const postgresMemberStore = (db: Db) =>
  ({
    insert: async (member) => {
      const inserted = await db
        .insertInto("members")
        .values(toRow(member))
        .onConflict((conflict) => conflict.columns(["tenant_id", "folded_email"]).doNothing())
        .executeTakeFirst();
      return inserted.numInsertedOrUpdatedRows === 1n;
    },
    lock: async (memberId) => {
      const row = await byId(db, memberId).forNoKeyUpdate().executeTakeFirst();
      return row && fromRow(row);
    },
    find: async (memberId) => {
      const row = await byId(db, memberId).executeTakeFirst();
      return row && fromRow(row);
    },
    list: (tenantId, page) => listMembers(db, tenantId, page),
  }) satisfies MemberStore;

const byId = (db: Db, memberId: string) => db.selectFrom("members").selectAll().where("id", "=", memberId);

const listMembers = async (db: Db, tenantId: string, page: PageRequest) => {
  const { after } = page;
  const rows = await db
    .selectFrom("members")
    .selectAll()
    .where("tenant_id", "=", tenantId)
    .$if(after !== null, (query) => query.where("id", "<", after))
    .orderBy("id", "desc")
    .limit(rowsFor(page))
    .execute();
  return pageOf(rows.map(fromRow), page, (member) => member.id);
};

const toRow = (member: Member): Insertable<MemberTable> => ({
  id: member.id,
  tenant_id: member.tenantId,
  email: member.email,
  folded_email: folded(member.email),
  name: member.name,
  role: member.role,
  created_at_ms: member.createdAtMs,
});

const fromRow = (row: Selectable<MemberTable>): Member => ({
  id: row.id,
  tenantId: row.tenant_id,
  email: row.email,
  name: row.name,
  role: row.role as Member["role"],
  createdAtMs: row.created_at_ms,
});
