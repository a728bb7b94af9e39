import type { Member, MemberStore, PageRequest } from "@keywright/core";
import type { Insertable, Kysely, Selectable, SelectQueryBuilder } from "kysely";
import { pageOf, rowsFor } from "./page.ts";
import { folded } from "./rows.ts";
import type { MemberTable, Tables } from "./schema.ts";
import { requireChanged } from "./written.ts";

type Db = Kysely<Tables>;

export const postgresMemberStore = (db: Db) =>
  ({
    insert: async (member) => {
      const inserted = await db
        .insertInto("members")
        .values(toRow(member))
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return inserted.numInsertedOrUpdatedRows === 1n;
    },
    lock: async (memberId) => {
      const row = await byId(db, memberId).forNoKeyUpdate().executeTakeFirst();
      return row && fromMemberRow(row);
    },
    find: async (memberId) => {
      const row = await byId(db, memberId).executeTakeFirst();
      return row && fromMemberRow(row);
    },
    list: (tenantId, page) => pageWhere(db.selectFrom("members").where("tenant_id", "=", tenantId), page),
    findOfAccount: async (accountId, tenantId) => {
      const row = await db.selectFrom("members").selectAll().where("tenant_id", "=", tenantId).where("account_id", "=", accountId).executeTakeFirst();
      return row && fromMemberRow(row);
    },
    findByEmail: async (tenantId, email) => {
      const row = await db.selectFrom("members").selectAll().where("tenant_id", "=", tenantId).where("folded_email", "=", folded(email)).executeTakeFirst();
      return row && fromMemberRow(row);
    },
    listOfAccount: (accountId, page) => pageWhere(db.selectFrom("members").where("account_id", "=", accountId), page),
    listUnlinked: (email, page) => pageWhere(db.selectFrom("members").where("account_id", "is", null).where("folded_email", "=", folded(email)), page),
    update: async (member) => requireChanged(await db.updateTable("members").set(toRow(member)).where("id", "=", member.id).executeTakeFirst(), member.id),
    countOwners: async (tenantId) => {
      const owners = db.selectFrom("members").select((eb) => eb.fn.countAll<number>().as("count"));
      return (await owners.where("tenant_id", "=", tenantId).where("role", "=", "owner").executeTakeFirstOrThrow()).count;
    },
    remove: async (memberId) => {
      await db.deleteFrom("members").where("id", "=", memberId).execute();
    },
  }) satisfies MemberStore;

const byId = (db: Db, memberId: string) => db.selectFrom("members").selectAll().where("id", "=", memberId);

type MemberQuery = SelectQueryBuilder<Tables, "members", Record<never, never>>;

const pageWhere = async (query: MemberQuery, page: PageRequest) => {
  const { after } = page;
  const rows = await query
    .selectAll()
    .$if(after !== null, (younger) => younger.where("id", "<", after))
    .orderBy("id", "desc")
    .limit(rowsFor(page))
    .execute();
  return pageOf(rows.map(fromMemberRow), page, (member) => member.id);
};

const toRow = (member: Member): Insertable<MemberTable> => ({
  id: member.id,
  tenant_id: member.tenantId,
  email: member.email,
  folded_email: folded(member.email),
  name: member.name,
  role: member.role,
  account_id: member.accountId,
  created_at_ms: member.createdAtMs,
});

export const fromMemberRow = (row: Selectable<MemberTable>): Member => ({
  id: row.id,
  tenantId: row.tenant_id,
  email: row.email,
  name: row.name,
  role: row.role as Member["role"],
  accountId: row.account_id,
  createdAtMs: row.created_at_ms,
});
