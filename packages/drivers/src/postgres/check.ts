import { type Clock, Unavailable } from "@keywright/core";
import type { PostgresPool, PostgresPoolClient } from "kysely";
import { describeFailure } from "./describe-failure.ts";
import { pendingMigrations } from "./migrate.ts";
import { openPostgres } from "./pool.ts";
import { type PostgresFacts, type PostgresProblem, problemsOf, type RoleUse } from "./server-problems.ts";

/** What the server says of itself, and of the role that asks. */
export interface PostgresReport extends PostgresFacts {
  readonly problems: readonly PostgresProblem[];
}

export type PostgresCheck = { readonly reachable: true; readonly server: PostgresReport } | { readonly reachable: false; readonly problem: PostgresProblem };

export interface PostgresCheckOptions {
  /** As `openPostgres` takes it. */
  readonly url: string;
  readonly clock: Clock;
  /** For the connection, and for every statement. */
  readonly deadlineMs?: number;
  /** What the role of this URL is there for; "both" where left out. */
  readonly use?: RoleUse;
}

/** Looks at the server over a connection of its own. Changes nothing. */
export const checkPostgres = async ({ url, clock, deadlineMs = 5_000, use = "both" }: PostgresCheckOptions): Promise<PostgresCheck> => {
  const pool = openPostgres({ url, maxConnections: 1, deadlineMs });
  try {
    const facts = await readFacts(pool, clock);
    return { reachable: true, server: { ...facts, problems: problemsOf(facts, use) } };
  } catch (error) {
    return { reachable: false, problem: { severity: "error", text: describeFailure(error instanceof Unavailable ? error.cause : error) } };
  } finally {
    await pool.end();
  }
};

const readFacts = async (pool: PostgresPool, clock: Clock): Promise<PostgresFacts> => {
  const client = await pool.connect();
  const measured = await measure(client, clock).finally(() => client.release());
  // Only who may read which migrations ran can tell which are pending.
  return { ...measured, pendingMigrations: measured.mayRead ? await pendingMigrations(pool) : [] };
};

type Measured = Omit<PostgresFacts, "pendingMigrations">;
type Standing = Omit<Measured, "latencyMs" | "clockSkewMs">;

const measure = async (client: PostgresPoolClient, clock: Clock): Promise<Measured> => {
  const standing = await one<Standing>(client, askStanding);
  return { ...standing, latencyMs: await latencyOf(client), clockSkewMs: await skewOf(client, clock) };
};

/** Nothing in it that a server older than the supported ones would not know: it is to be told its age, not a syntax error. */
const askStanding = `
  with tables as (
    select t.oid, t.relowner, has_table_privilege(t.oid, 'select') and has_table_privilege(t.oid, 'insert') as usable
    from pg_class as t where t.oid in (to_regclass('audit_log'), to_regclass('kysely_migration'))
  )
  select 'PostgreSQL ' || current_setting('server_version') as version,
    current_setting('server_version_num')::integer as "versionNumber",
    current_setting('max_connections')::integer as "maxConnections",
    pg_is_in_recovery() as "isStandby",
    current_setting('transaction_read_only') = 'on' as "isReadOnly",
    array(select name from unnest(array['fsync', 'full_page_writes']) as name where current_setting(name) = 'off') as "careless",
    r.rolsuper as "isSuperuser",
    r.rolbypassrls as "bypassesWalls",
    coalesce((select pg_has_role(relowner, 'member') from tables where oid = to_regclass('audit_log')), false) as "ownsAuditLog",
    coalesce((select bool_and(pg_has_role(relowner, 'member')) from tables), true)
      and coalesce(has_schema_privilege(current_schema(), 'create'), false) as "mayMigrate",
    coalesce((select bool_and(usable) from tables where oid = to_regclass('audit_log')), true) as "mayWrite",
    coalesce((select bool_and(has_table_privilege(oid, 'select')) from tables where oid = to_regclass('kysely_migration')), true) as "mayRead"
  from pg_roles as r where r.rolname = current_user`;

const one = async <R>(client: PostgresPoolClient, text: string): Promise<R> => {
  const [row] = (await client.query<R>(text, [])).rows;
  if (row === undefined) throw new Error("A look at the server is one row.");
  return row;
};

/** Median of five. */
const latencyOf = async (client: PostgresPoolClient): Promise<number> => {
  const taken: number[] = [];
  for (let time = 0; time < 5; time++) {
    const startedAtMs = performance.now();
    await client.query("select 1", []);
    taken.push(performance.now() - startedAtMs);
  }
  return Math.round((taken.sort((a, b) => a - b)[2] ?? 0) * 1000) / 1000;
};

const skewOf = async (client: PostgresPoolClient, clock: Clock): Promise<number> => {
  const beforeMs = clock.nowMs();
  const { ms } = await one<{ ms: number }>(client, "select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms");
  return Math.round(ms - (beforeMs + clock.nowMs()) / 2);
};
