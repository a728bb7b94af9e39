export interface PostgresProblem {
  /** error: Keywright must not run on it. warning: it runs, with less than it could promise. */
  readonly severity: "error" | "warning";
  /** One sentence, and what to do about it. */
  readonly text: string;
}

/** What a role is there for: to run the app, to own the tables and migrate them, or, where there is only one, both. */
export type RoleUse = "app" | "migrations" | "both";

export interface PostgresFacts {
  /** Such as `PostgreSQL 15.13`. */
  readonly version: string;
  /** Such as 150013. */
  readonly versionNumber: number;
  readonly maxConnections: number;
  /** It replays another server's log. */
  readonly isStandby: boolean;
  /** Transactions are read-only unless they say otherwise; on a standby always. */
  readonly isReadOnly: boolean;
  /** Settings that are off, so that a crash may damage or lose what was committed: of `fsync` and `full_page_writes`. */
  readonly careless: readonly string[];
  readonly isSuperuser: boolean;
  /** BYPASSRLS. */
  readonly bypassesWalls: boolean;
  /** Owner of the audit log, or a member of the role that is. */
  readonly ownsAuditLog: boolean;
  /** It may make tables, and what is there already is its own. */
  readonly mayMigrate: boolean;
  /** It may append to the audit log, if there is one: so the grants for the app were made. */
  readonly mayWrite: boolean;
  /** It may read which migrations ran, if any. */
  readonly mayRead: boolean;
  /** Migrations that the next start or `migrate` will run; empty where it may not read that. */
  readonly pendingMigrations: readonly string[];
  /** Median of five answers. */
  readonly latencyMs: number;
  /** The server's clock against this process's; positive: it is ahead. */
  readonly clockSkewMs: number;
}

const oldestMajor = 14;
const acceptedSkewMs = 5_000;

type Rule = (facts: PostgresFacts, use: RoleUse) => PostgresProblem | undefined;

const error = (text: string): PostgresProblem => ({ severity: "error", text });
const warning = (text: string): PostgresProblem => ({ severity: "warning", text });

const tooOld: Rule = ({ version, versionNumber }) =>
  versionNumber < oldestMajor * 10_000
    ? error(`The server is ${version}, and Keywright needs PostgreSQL ${oldestMajor} or later: upgrade it, or use another server.`)
    : undefined;

const readOnly: Rule = ({ isStandby, isReadOnly }) => {
  if (isStandby) return error("The server is a standby, which nothing can be written to: let the URL name the primary.");
  return isReadOnly ? error("The database is read-only: set default_transaction_read_only to off, for the server, the database and the role.") : undefined;
};

const migrations: Rule = ({ isReadOnly, mayMigrate, mayRead, pendingMigrations }, use) => {
  if (use === "app" || isReadOnly || mayMigrate || (mayRead && pendingMigrations.length === 0)) return undefined;
  return error(
    "The database has to be migrated, and its role may not do that: grant it CREATE on the schema and let it own Keywright's tables, or set DATABASE_MIGRATION_URL to a role that does.",
  );
};

const grants: Rule = ({ mayWrite, mayRead }, use) =>
  use === "migrations" || (mayWrite && mayRead)
    ? undefined
    : error(
        "The database's role may not use Keywright's tables: run `keywright migrate` with DATABASE_MIGRATION_URL set to their owner, which grants what is needed.",
      );

const walls: Rule = ({ isSuperuser, bypassesWalls, ownsAuditLog }, use) => {
  if (use === "migrations") return undefined;
  const what = whatBreaksWalls({ isSuperuser, bypassesWalls, ownsAuditLog });
  if (what === undefined) return undefined;
  return warning(
    `The database's role ${what}, so that the database itself does not keep it from changing the audit log or from other tenants' rows: connect as an ordinary role, and set DATABASE_MIGRATION_URL to the owner.`,
  );
};

const whatBreaksWalls = (role: Pick<PostgresFacts, "isSuperuser" | "bypassesWalls" | "ownsAuditLog">): string | undefined => {
  if (role.isSuperuser) return "is a superuser";
  if (role.bypassesWalls) return "has BYPASSRLS";
  return role.ownsAuditLog ? "owns the audit log" : undefined;
};

const skew: Rule = ({ clockSkewMs }) =>
  Math.abs(clockSkewMs) > acceptedSkewMs
    ? warning(`The server's clock is ${Math.abs(clockSkewMs)} ms ${clockSkewMs > 0 ? "ahead of" : "behind"} this machine's: let both follow one time server.`)
    : undefined;

const crashes: Rule = ({ careless }) =>
  careless.length === 0
    ? undefined
    : warning(
        `A crash of the server's machine may damage the database or undo revocations that were answered: set ${careless.join(" and ")} to on in the server's configuration.`,
      );

const rules: readonly Rule[] = [tooOld, readOnly, migrations, grants, crashes, walls, skew];

/** What is wrong with the server, the worst first. */
export const problemsOf = (facts: PostgresFacts, use: RoleUse): readonly PostgresProblem[] => rules.flatMap((rule) => rule(facts, use) ?? []);
