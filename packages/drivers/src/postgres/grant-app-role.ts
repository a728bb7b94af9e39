import { Kysely, PostgresDialect, type PostgresPool, type RawBuilder, sql } from "kysely";

const read = sql`select`;
const append = sql`select, insert`;
const advance = sql`select, insert, update`;
const change = sql`select, insert, update, delete`;

/** What the app does to each table, and nothing else. A migration that makes a table adds it here; a test compares. */
const tableRights: Readonly<Record<string, RawBuilder<unknown>>> = {
  tenants: change,
  members: change,
  teams: change,
  team_members: change,
  invitations: change,
  embed_sessions: change,
  api_keys: change,
  key_secrets: change,
  key_activity: change,
  budget_states: change,
  usage_hourly: change,
  usage_daily: change,
  usage_totals_hourly: change,
  usage_totals_daily: change,
  usage_responses_hourly: change,
  usage_responses_daily: change,
  usage_countries: change,
  usage_moves: change,
  request_log: change,
  request_log_sizes: change,
  idempotent_answers: change,
  audit_log: append,
  audit_chains: advance,
  audit_checkpoints: append,
  security_events: change,
  key_origins: change,
  outbox_events: change,
  webhooks: change,
  webhook_deliveries: change,
  alerts: change,
  alert_settings: change,
  alert_mutes: change,
  alert_passes: change,
  reminder_looks: change,
  reminders: change,
  reminder_digests: change,
  reminder_digest_items: change,
  reminder_choices: change,
  ledger_budgets: change,
  ledger_batches: change,
  ledger_moves: change,
  sealed_secrets: change,
  sealed_secrets_seal: change,
  epoch: change,
  processes: change,
  announcements: change,
  accounts: change,
  account_sessions: change,
  account_logins: change,
  account_verifications: change,
  account_two_factors: change,
  account_attempts: change,
  kysely_migration: read,
  kysely_migration_lock: read,
};

/** Functions that the app calls, itself or by way of another. */
const functions = [
  "ledger_now_ms",
  "ledger_admit",
  "ledger_spend",
  "ledger_spend_batch",
  "ledger_cut",
  "ledger_take",
  "is_own_key",
  "enter_tenant",
  "drop_audit_entries",
  "usage_add",
  "usage_add_totals",
  "usage_advance",
  "usage_advance_uses",
  "usage_keep",
  "usage_keep_table",
];

/**
 * Gives the role that the app connects as exactly what the app needs, and takes from it whatever else this owner had given it: it appends to
 * the audit log and cannot change or shorten it, and no table's shape, trigger or wall is its own. To be run by the owner of the tables, after
 * `migrate`; processes that start at once wait for one another. Rejects with one sentence, and leaves all as it was, where the role is not
 * there or would walk through the walls all the same.
 */
export const grantAppRole = async (ownerPool: PostgresPool, appRole: string): Promise<void> => {
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: ownerPool }) });
  await db.transaction().execute(async (transaction) => {
    // Concurrent grants on one table fail.
    await sql`select pg_advisory_xact_lock(hashtextextended('keywright grants', 0))`.execute(transaction);
    await requireOrdinary(transaction, appRole);
    for (const grant of await grantsFor(transaction, appRole)) await grant.execute(transaction);
    await requireAppendOnly(transaction, appRole);
  });
};

const grantsFor = async (db: Kysely<unknown>, appRole: string): Promise<readonly RawBuilder<unknown>[]> => {
  const { rows } = await sql<{ name: string }>`select current_schema() as name`.execute(db);
  const [schema, role] = [sql.id(rows[0]?.name ?? "public"), sql.id(appRole)];
  return [
    sql`revoke all on all tables in schema ${schema} from ${role}`,
    sql`revoke all on all sequences in schema ${schema} from ${role}`,
    sql`revoke all on all functions in schema ${schema} from ${role}`,
    sql`revoke all on schema ${schema} from ${role}`,
    sql`grant usage on schema ${schema} to ${role}`,
    ...Object.entries(tableRights).map(([table, rights]) => sql`grant ${rights} on ${sql.table(table)} to ${role}`),
    ...functions.map((name) => sql`grant execute on function ${sql.id(name)} to ${role}`),
  ];
};

interface Standing {
  readonly bypasses: boolean;
  readonly owns: boolean;
}

/** `member`, not `usage`: a role that may step into the owner's shoes stands in them. */
const requireOrdinary = async (db: Kysely<unknown>, appRole: string): Promise<void> => {
  const { rows } = await sql<Standing>`
    select r.rolsuper or r.rolbypassrls as bypasses,
      exists (select from pg_class c where c.relnamespace = quote_ident(current_schema())::regnamespace and c.relname in (${sql.join(Object.keys(tableRights))})
        and pg_has_role(r.oid, c.relowner, 'member')) as owns
    from pg_roles r where r.rolname = ${appRole}
  `.execute(db);
  const [standing] = rows;
  if (standing === undefined) throw new Error("The database has no role of the name that the app connects as: create it, with LOGIN, before the migration.");
  if (standing.bypasses)
    throw new Error("The app's database role is a superuser or has BYPASSRLS, so that no wall holds it: let the app connect as an ordinary role.");
  if (standing.owns)
    throw new Error(
      "The app's database role owns the tables, or is a member of the role that does, so that it could change the audit log: let the app connect as another role.",
    );
};

/** What others gave, to the role, to a role that it is a member of or to everybody, the owner cannot take. */
const requireAppendOnly = async (db: Kysely<unknown>, appRole: string): Promise<void> => {
  const { rows } = await sql<{ holds: boolean }>`
    select has_table_privilege(${appRole}, 'audit_log', 'update, delete, truncate, trigger') as holds
  `.execute(db);
  if (rows[0]?.holds !== false)
    throw new Error(
      "The app's database role may change the audit log by what it was given elsewhere: revoke UPDATE, DELETE, TRUNCATE and TRIGGER on audit_log from it, from PUBLIC, and from the roles that it is a member of.",
    );
};
