import type { Store, Stores } from "@keywright/core";
import { Kysely, PostgresDialect, type PostgresPool } from "kysely";
import { postgresAnnouncements } from "./announcement-store.ts";
import { postgresAuditLog } from "./audit-log.ts";
import { postgresIdempotencyStore } from "./idempotency-store.ts";
import { postgresKeyStore } from "./key-store.ts";
import { postgresMemberStore } from "./member-store.ts";
import type { Tables } from "./schema.ts";
import { postgresTenantStore } from "./tenant-store.ts";
import { inTransaction } from "./transaction.ts";
import { postgresUsageStore } from "./usage-store.ts";

/** The store on a database that `migrate` has prepared: PostgreSQL (`openPostgres`) or the embedded one (`openEmbedded`). Whoever opened the pool ends it. */
export const createStore = (pool: PostgresPool): Store => {
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return {
    ...storesOf(db),
    transaction: (work) => inTransaction(db, (transaction) => work(storesOf(transaction))),
  };
};

const storesOf = (db: Kysely<Tables>): Stores => ({
  keys: postgresKeyStore(db),
  tenants: postgresTenantStore(db),
  members: postgresMemberStore(db),
  audit: postgresAuditLog(db),
  announcements: postgresAnnouncements(db),
  usage: postgresUsageStore(db),
  idempotency: postgresIdempotencyStore(db),
});
