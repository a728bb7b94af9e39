import { Kysely, PostgresDialect, type PostgresPool, sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { createTables } from "./migrations/0001-store.ts";
import { createLedger } from "./migrations/0002-ledger.ts";
import { createSealedSecrets } from "./migrations/0003-sealed-secrets.ts";
import { createEpoch } from "./migrations/0004-epoch.ts";
import { createWalls } from "./migrations/0005-walls.ts";
import { chargeFromKnownQuotas } from "./migrations/0006-known-quotas.ts";
import { createPeople } from "./migrations/0007-people.ts";
import { createAccounts } from "./migrations/0008-accounts.ts";
import { digestSessionTokens } from "./migrations/0009-session-digests.ts";
import { createRollups } from "./migrations/0010-usage.ts";
import { createAuditChain } from "./migrations/0011-audit-chain.ts";
import { createRequestLog } from "./migrations/0013-requests.ts";
import { createSecurityEvents } from "./migrations/0015-security-events.ts";
import { createEmbedSessions } from "./migrations/0016-embed-sessions.ts";
import { createWebhooks } from "./migrations/0017-webhooks.ts";
import { orderKeys } from "./migrations/0018-key-orders.ts";
import { createAlerts } from "./migrations/0020-alerts.ts";
import { createReminders } from "./migrations/0022-reminders.ts";
import { searchHints } from "./migrations/0024-hint-search.ts";
import { writeLinesInPlace } from "./migrations/0025-usage-lines.ts";
import { spendCallsBehind } from "./migrations/0026-calls-behind.ts";
import { keepByTable } from "./migrations/0027-keep-by-table.ts";

/** Every shape that the store has had, by number. A migration that was released never changes. */
export const migrations: Readonly<Record<string, Migration>> = {
  "0001-store": createTables,
  "0002-ledger": createLedger,
  "0003-sealed-secrets": createSealedSecrets,
  "0004-epoch": createEpoch,
  "0005-walls": createWalls,
  "0006-known-quotas": chargeFromKnownQuotas,
  "0007-people": createPeople,
  "0008-accounts": createAccounts,
  "0009-session-digests": digestSessionTokens,
  "0010-usage": createRollups,
  "0011-audit-chain": createAuditChain,
  "0013-requests": createRequestLog,
  "0015-security-events": createSecurityEvents,
  "0016-embed-sessions": createEmbedSessions,
  "0017-webhooks": createWebhooks,
  "0018-key-orders": orderKeys,
  "0020-alerts": createAlerts,
  "0022-reminders": createReminders,
  "0024-hint-search": searchHints,
  "0025-usage-lines": writeLinesInPlace,
  "0026-calls-behind": spendCallsBehind,
  "0027-keep-by-table": keepByTable,
};

/**
 * Brings the database to the shape that this version works with, all in one transaction, and resolves with the names of the
 * migrations that it ran. Processes that start at once wait for one another. A database of a newer Keywright is left as it is:
 * rejects with one sentence.
 */
export const migrate = async (pool: PostgresPool, known = migrations): Promise<readonly string[]> => {
  const db = new Kysely<MigrationTables>({ dialect: new PostgresDialect({ pool }) });
  // One read instead of the migrator's dozen statements, where there is nothing to do: most starts.
  const applied = await namesApplied(db).catch(() => []);
  if (applied.length === Object.keys(known).length && applied.every((name) => name in known)) return [];
  const { error, results } = await new Migrator({ db, provider: { getMigrations: async () => ({ ...known }) } }).migrateToLatest();
  if (error === undefined) return (results ?? []).map(({ migrationName }) => migrationName);
  const newer = (await namesApplied(db).catch(() => [])).filter((name) => !(name in known));
  if (newer.length === 0) throw error;
  throw new Error(`The database was migrated by a newer Keywright (it has ${newer.join(", ")}); start that version, or restore a backup.`);
};

/** The migrations that the next `migrate` will run; reads, and changes nothing. Rejects where the store is out of reach. */
export const pendingMigrations = async (pool: PostgresPool): Promise<readonly string[]> => {
  const db = new Kysely<MigrationTables>({ dialect: new PostgresDialect({ pool }) });
  const { rows } = await sql<{ found: boolean }>`select to_regclass('kysely_migration') is not null as found`.execute(db);
  const applied = rows[0]?.found === true ? await namesApplied(db) : [];
  return Object.keys(migrations).filter((name) => !applied.includes(name));
};

interface MigrationTables {
  kysely_migration: { name: string };
}

/** The migrations that the database has had, in order; rejects where it has had none at all. */
const namesApplied = async (db: Kysely<MigrationTables>): Promise<readonly string[]> => {
  const rows = await db.selectFrom("kysely_migration").select("name").orderBy(sql`name collate "C"`).execute();
  return rows.map(({ name }) => name);
};
