import type { PageRequest, TenantFilter, TenantStore } from "@keywright/core";
import { type Kysely, type SqlBool, sql } from "kysely";
import { pageOf, rowsFor } from "./page.ts";
import { folded, fromTenantRow, toTenantRow } from "./rows.ts";
import type { Tables } from "./schema.ts";
import { requireChanged } from "./written.ts";

type Db = Kysely<Tables>;

export const postgresTenantStore = (db: Db) =>
  ({
    insert: async (tenant) => {
      await db.insertInto("tenants").values(toTenantRow(tenant)).execute();
    },
    update: async (tenant) =>
      requireChanged(await db.updateTable("tenants").set(toTenantRow(tenant)).where("id", "=", tenant.row.id).executeTakeFirst(), tenant.row.id),
    lock: async (tenantId) => {
      const row = await byId(db, tenantId).forNoKeyUpdate().executeTakeFirst();
      return row && fromTenantRow(row);
    },
    find: async (tenantId) => {
      const row = await byId(db, tenantId).executeTakeFirst();
      return row && fromTenantRow(row);
    },
    findAll: async (tenantIds) => {
      const rows = await db.selectFrom("tenants").selectAll().where(sql<SqlBool>`id = any(${tenantIds}::text[])`).execute();
      return rows.map(fromTenantRow);
    },
    list: (filter, page) => listTenants(db, filter, page),
  }) satisfies TenantStore;

const byId = (db: Db, tenantId: string) => db.selectFrom("tenants").selectAll().where("id", "=", tenantId);

const listTenants = async (db: Db, { status, q }: TenantFilter, page: PageRequest) => {
  const { after } = page;
  const rows = await db
    .selectFrom("tenants")
    .selectAll()
    .$if(after !== null, (query) => query.where("id", "<", after))
    .$if(status !== undefined, (query) => query.where("status", "=", status ?? ""))
    .$if(q !== undefined, (query) => query.where(sql`strpos(folded_name, ${folded(q ?? "")})`, ">", 0))
    .orderBy("id", "desc")
    .limit(rowsFor(page))
    .execute();
  return pageOf(rows.map(fromTenantRow), page, (tenant) => tenant.row.id);
};
