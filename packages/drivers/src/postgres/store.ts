import type { Store } from "@keywright/core";
import { Kysely, PostgresDialect, type PostgresPool } from "kysely";
import { gatheringRecordReader } from "./record-reader.ts";
import type { Tables } from "./schema.ts";
import { storesOf, withStores } from "./stores.ts";
import { createTenantBoundStore } from "./tenant-bound-store.ts";
import { inTransaction } from "./transaction.ts";

/** The store on a database that `migrate` has prepared: PostgreSQL (`openPostgres`) or the embedded one (`openEmbedded`). Whoever opened the pool ends it. */
export const createStore = (pool: PostgresPool): Store => {
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const stores = storesOf(db);
  return {
    ...stores,
    keys: { ...stores.keys, findByDigest: gatheringRecordReader(db) },
    transaction: (work) => inTransaction(db, (transaction) => withStores(transaction, work)),
    forTenant: (tenantId) => createTenantBoundStore(db, tenantId),
  };
};
