import { type KeyFilter, type KeySort, type KeyStore, keyPlaceOf, newestFirst, type PageRequest, type StoredKey, writeKeyPlace } from "@keywright/core";
import { type Kysely, sql } from "kysely";
import { isExpired, pageOfIds } from "./key-list.ts";
import { pageOf } from "./page.ts";
import { recordReader } from "./record-reader.ts";
import { fromActivityRow, fromKeyRow, fromSecretRow, type JsonRow, toKeyRow, toSecretRow } from "./rows.ts";
import type { ApiKeyTable, KeyActivityTable, KeySecretTable, Tables } from "./schema.ts";
import { requireChanged } from "./written.ts";

type Db = Kysely<Tables>;

export const postgresKeyStore = (db: Db) =>
  ({
    insert: async (key) => {
      await db.insertInto("api_keys").values(toKeyRow(key)).execute();
    },
    insertSecret: async (secret) => {
      await db.insertInto("key_secrets").values(toSecretRow(secret)).execute();
    },
    update: async (key) => requireChanged(await db.updateTable("api_keys").set(toKeyRow(key)).where("id", "=", key.row.id).executeTakeFirst(), key.row.id),
    updateSecret: async (secret) =>
      requireChanged(await db.updateTable("key_secrets").set(toSecretRow(secret)).where("id", "=", secret.row.id).executeTakeFirst(), secret.row.id),
    lock: (keyId) => lockKey(db, keyId),
    find: (keyId) => findKey(db, keyId),
    findByDigest: recordReader(db),
    list: (filter, page, sort = newestFirst) => listKeys(db, filter, { page, sort }),
    countAlive: (ownerId, nowMs) => countAlive(db, ownerId, nowMs),
    listAlive: async (ownerId, nowMs) => {
      const rows = await aliveOf(db, ownerId, nowMs).select("id").orderBy("id").execute();
      return rows.map(({ id }) => id);
    },
  }) satisfies KeyStore;

/**
 * Two statements: after a wait, the one that locks sees the new version of the row that it waited for, but everything else as
 * it was before the wait. The next statement sees it all.
 */
const lockKey = async (db: Db, keyId: string): Promise<StoredKey | undefined> => {
  const locked = await db.selectFrom("api_keys").select("id").where("id", "=", keyId).forNoKeyUpdate().executeTakeFirst();
  return locked && findKey(db, keyId);
};

const findKey = async (db: Db, keyId: string): Promise<StoredKey | undefined> => {
  const found = await storedKeys(db).where("api_keys.id", "=", keyId).executeTakeFirst();
  return found && toStoredKey(found);
};

const listKeys = async (db: Db, filter: KeyFilter, { page, sort }: { readonly page: PageRequest; readonly sort: KeySort }) => {
  const direction = sort.isDescending ? "desc" : "asc";
  const rows = await storedKeys(db)
    .innerJoin(pageOfIds(db, { filter, page, sort }).as("page"), "page.id", "api_keys.id")
    .orderBy("page.value", direction)
    .orderBy("page.id", direction)
    .execute();
  return pageOf(rows.map(toStoredKey), page, ({ key, activity }) => writeKeyPlace(keyPlaceOf(key.row, activity, sort.by), sort.by));
};

/** Secrets that a key is shown with. It has two at most that still work; the bound is for rows that others wrote. */
const maxSecrets = 10;

/** Keys, each with its secrets and last use, in one statement: parts that were read apart could contradict each other. */
const storedKeys = (db: Db) =>
  db
    .selectFrom("api_keys")
    .leftJoin("key_activity", "key_activity.key_id", "api_keys.id")
    .select([
      sql<JsonRow<ApiKeyTable>>`to_json(api_keys)`.as("key"),
      sql<JsonRow<KeyActivityTable> | null>`to_json(key_activity)`.as("activity"),
      sql<readonly JsonRow<KeySecretTable>[]>`array(
        select to_json(key_secrets) from key_secrets
        where key_secrets.key_id = api_keys.id and key_secrets.valid_until_ms is distinct from 0
        order by key_secrets.valid_until_ms is not null, key_secrets.created_at_ms desc, key_secrets.id desc
        limit ${sql.lit(maxSecrets)}
      )`.as("secrets"),
    ]);

interface StoredKeyRow {
  readonly key: JsonRow<ApiKeyTable>;
  readonly activity: JsonRow<KeyActivityTable> | null;
  readonly secrets: readonly JsonRow<KeySecretTable>[];
}

const toStoredKey = ({ key, activity, secrets }: StoredKeyRow): StoredKey => ({
  key: fromKeyRow(key),
  secrets: secrets.map(fromSecretRow),
  activity: fromActivityRow(activity),
});

const countAlive = async (db: Db, ownerId: string, nowMs: number): Promise<number> => {
  const { alive } = await aliveOf(db, ownerId, nowMs)
    .select((eb) => eb.fn.countAll<number>().as("alive"))
    .executeTakeFirstOrThrow();
  return alive;
};

const aliveOf = (db: Db, ownerId: string, nowMs: number) =>
  db
    .selectFrom("api_keys")
    .where("owner_id", "=", ownerId)
    .where("state", "<>", "revoked")
    .where((eb) => eb.not(isExpired(eb, nowMs)));
