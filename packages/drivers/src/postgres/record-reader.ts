import type { StoredRecord } from "@keywright/core";
import { type Kysely, sql } from "kysely";
import { gatherReads } from "./gather-reads.ts";
import { fromBudgetRow, fromKeyRow, fromSecretRow, fromTenantRow, type JsonRow } from "./rows.ts";
import type { ApiKeyTable, BudgetStateTable, KeySecretTable, Tables, TenantTable } from "./schema.ts";
import { textArray } from "./text-array.ts";

interface RecordRow {
  /** Of the digest among all that were asked for, from 1. */
  readonly place: number;
  readonly key: JsonRow<ApiKeyTable>;
  readonly secret: JsonRow<KeySecretTable>;
  readonly tenant: JsonRow<TenantTable> | null;
  readonly keyBudget: JsonRow<BudgetStateTable> | null;
  readonly tenantBudget: JsonRow<BudgetStateTable> | null;
}

type FindRecord = (digests: readonly string[]) => Promise<StoredRecord | undefined>;

/** Reads what belongs to the secret that has one of these digests. */
export const recordReader =
  (db: Kysely<Tables>): FindRecord =>
  async (digests) =>
    toRecord((await readRows(db, [digests]))[0]);

/** The same, with all that is asked for in a turn of the event loop read at once: the first uses of many keys, and a flood of keys that do not exist. */
export const gatheringRecordReader = (db: Kysely<Tables>): FindRecord => {
  const read = gatherReads((asked: readonly (readonly string[])[]) => readRows(db, asked));
  // A row that cannot be understood is its own reader's fault, and nobody else's.
  return async (digests) => toRecord(await read(digests));
};

/**
 * For each of those who ask, what belongs to the secret that has one of the digests, all in one statement: parts that were read apart could contradict each
 * other. Its text is the same for any number of digests, so that it is parsed and planned once a connection. It goes row by row, whatever the planner thinks of the tables' sizes.
 */
const readRows = async (db: Kysely<Tables>, asked: readonly (readonly string[])[]): Promise<readonly (RecordRow | undefined)[]> => {
  const digests = asked.flat();
  if (digests.length === 0) return asked.map(() => undefined);
  const { rows } = await sql<RecordRow>`
    select asked.place::integer as "place", found.*
    from unnest(${textArray(digests.map(toHex))}::text[]) with ordinality as asked (digest, place) cross join lateral (
      select to_json(api_keys) as "key", to_json(key_secrets) as "secret", to_json(tenants) as "tenant",
             to_json(key_budget) as "keyBudget", to_json(tenant_budget) as "tenantBudget"
      from key_secrets
      join api_keys on api_keys.id = key_secrets.key_id
      left join tenants on tenants.id = api_keys.tenant_id
      left join budget_states as key_budget on key_budget.subject_id = api_keys.id
      left join budget_states as tenant_budget on tenant_budget.subject_id = api_keys.tenant_id
      where key_secrets.digest = decode(asked.digest, 'hex')
      limit 1
    ) as found`.execute(db);
  const found = new Map(rows.map((row) => [row.place, row]));
  let end = 0;
  return asked.map(({ length }) => {
    end += length;
    const places = Array.from({ length }, (_, index) => end - length + index + 1);
    return found.get(places.find((place) => found.has(place)) ?? 0);
  });
};

const toHex = (digest: string): string => Buffer.from(digest, "base64url").toString("hex");

const toRecord = (row: RecordRow | undefined): StoredRecord | undefined => {
  if (row === undefined) return undefined;
  const { key, secret, tenant, keyBudget, tenantBudget } = row;
  return {
    key: fromKeyRow(key),
    secret: fromSecretRow(secret),
    tenant: tenant && fromTenantRow(tenant),
    keyBudget: keyBudget && fromBudgetRow(keyBudget),
    tenantBudget: tenantBudget && fromBudgetRow(tenantBudget),
  };
};
