import { openPostgres } from "@keywright/drivers";
import { runSql } from "../servers/run-sql.ts";

interface Bytes {
  readonly rows: number;
  readonly indexes: number;
  /** How many rows. */
  readonly count: number;
}

/** What PostgreSQL holds of keys. */
export interface TableBytes {
  /** Keys and secrets. */
  readonly keys: Bytes;
  /** When each was last used, and what its budgets were. */
  readonly activity: Bytes;
  /** Counts by the hour. */
  readonly usage: Bytes;
}

const tables = { keys: ["api_keys", "key_secrets"], activity: ["key_activity", "budget_states"], usage: ["usage_hourly"] } as const;

export const tableBytes = async (url: string): Promise<TableBytes> => {
  const pool = openPostgres({ url, maxConnections: 1, deadlineMs: 60_000 });
  const sum = async (names: readonly string[]): Promise<Bytes> => {
    const [found] = await runSql<{ rows: string; indexes: string; count: string }>(
      pool,
      `select sum(pg_table_size(oid)) as rows, sum(pg_indexes_size(oid)) as indexes, sum(greatest(reltuples, 0)) as count from pg_class
       where relkind = 'r' and (relname = any($1) or oid in (select inhrelid from pg_inherits where inhparent in (select oid from pg_class where relname = any($1))))`,
      [names],
    );
    return { rows: Number(found?.rows), indexes: Number(found?.indexes), count: Number(found?.count) };
  };
  try {
    await runSql(pool, "vacuum analyze");
    return { keys: await sum(tables.keys), activity: await sum(tables.activity), usage: await sum(tables.usage) };
  } finally {
    await pool.end();
  }
};
