import { type OnCall, Unavailable } from "@keywright/core";
import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from "kysely";
import { DatabaseError, Pool, type PoolClient, type PoolConfig, types } from "pg";

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`, with the parameters that libpq knows. */
  readonly url: string;
  readonly maxConnections?: number;
  /** How long a connection, a lock, a statement and an idle transaction may each take. */
  readonly deadlineMs?: number;
  /** As `PoolOptions.prepares`. */
  readonly prepares?: boolean;
  /** As `PoolOptions.onCall`. */
  readonly onCall?: OnCall | undefined;
}

/** Callers that may wait for a connection at once; the next one is refused. */
const maxWaiting = 10_000;
export const defaultDeadlineMs = 10_000;

/** A pool of connections to PostgreSQL 14 or later. Connects when it is first used; whoever opened it ends it. */
export const openPostgres = ({ url, maxConnections = 10, deadlineMs = defaultDeadlineMs, prepares = false, onCall }: PostgresOptions): PostgresPool =>
  openPool(
    {
      connectionString: url,
      application_name: "keywright",
      max: maxConnections,
      connectionTimeoutMillis: deadlineMs,
      statement_timeout: deadlineMs,
      lock_timeout: deadlineMs,
      idle_in_transaction_session_timeout: deadlineMs,
      // The server's own deadline comes first; this one is for a server that no longer answers.
      query_timeout: deadlineMs + 1_000,
    },
    { prepares, greeting: waitForCommits, onCall },
  );

/**
 * What is answered is to outlive a crash, and the failover to a standby that the server waits for (`synchronous_standby_names`). `off` and
 * `local`, set for the server, the database or the role, would lose acknowledged commits: `off` in the one, both in the other, as `local`
 * waits for no standby. Without standbys to wait for `on` costs what `local` does. What waits for a standby stays as it was chosen.
 */
const waitForCommits = "select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') in ('off', 'local')";

/**
 * A plan that is kept must suit its tables however they grow. Of an empty or a small table the planner would read all, and would go on reading all of it
 * for every key once it has a million rows, until the table is analyzed. Where no index serves, all is read as ever; that is no reason to compile a plan.
 */
const planByIndex = "set enable_seqscan = off; set jit = off";

export interface PoolOptions {
  /**
   * Whether statements are parsed and planned once a connection, not once a call, and by indexes wherever there is one. For statements whose answer
   * keeps its type when a table gets a column (`to_json` of a row does), or an engine whose tables change shape only while nobody else is connected.
   */
  readonly prepares?: boolean;
  /** A statement that each new connection sends before anybody has it. */
  readonly greeting?: string;
  /** Told of each statement, by its first word; and of each connection that was not to be had, as `connect`. */
  readonly onCall?: OnCall | undefined;
}

const unheard: OnCall = () => {};

/** A pool whose failures are `Unavailable("store")` wherever the engine, not the statement, is at fault. */
export const openPool = (config: PoolConfig, { prepares = false, greeting, onCall = unheard }: PoolOptions = {}): PostgresPool => {
  const pool = new Pool({ ...config, types: { getTypeParser } });
  // A connection that is lost while nobody uses it is replaced by the pool; one that is in use fails its next statement.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  const nameOf = prepares ? nameStatements() : () => undefined;
  const greetings = [...(greeting === undefined ? [] : [greeting]), ...(prepares ? [planByIndex] : [])];
  const greet = greetings.length === 0 ? async () => {} : greetOnce(greetings.join("; "));
  return {
    options: {},
    connect: async () => guardClient(await connect(pool, greet, onCall), { nameOf, onCall }),
    end: () => pool.end(),
  };
};

type Greet = (client: PoolClient) => Promise<void>;

const connect = async (pool: Pool, greet: Greet, onCall: OnCall): Promise<PoolClient> => {
  const startedMs = performance.now();
  if (pool.waitingCount >= maxWaiting) throw new Unavailable("store", new Error("Too many callers wait for a connection."));
  try {
    const client = await pool.connect();
    await greet(client);
    return client;
  } catch (error) {
    onCall({ operation: "connect", startedMs, tookMs: performance.now() - startedMs, isAnswered: false });
    throw new Unavailable("store", error);
  }
};

/** A connection that could not be greeted is closed, and nobody has it. */
const greetOnce = (greeting: string): Greet => {
  const greeted = new WeakSet<PoolClient>();
  return async (client) => {
    if (greeted.has(client)) return;
    try {
      await client.query(greeting);
      greeted.add(client);
    } catch (error) {
      client.release(true);
      throw error;
    }
  };
};

/** Statements with names, of which the engine keeps the plans. Whatever comes after them is planned at each call. */
const maxPrepared = 100;

const nameStatements = () => {
  const names = new Map<string, string>();
  return (text: string): string | undefined => {
    if (!names.has(text) && names.size < maxPrepared) names.set(text, `s${names.size}`);
    return names.get(text);
  };
};

interface Guard {
  readonly nameOf: (text: string) => string | undefined;
  readonly onCall: OnCall;
}

const guardClient = (client: PoolClient, { nameOf, onCall }: Guard): PostgresPoolClient => {
  let broken = false;

  const run = async (text: string, values: readonly unknown[]): Promise<unknown> => {
    const name = values.length > 0 ? nameOf(text) : undefined;
    const startedMs = performance.now();
    const tell = (isAnswered: boolean): void => onCall({ operation: firstWord(text), startedMs, tookMs: performance.now() - startedMs, isAnswered });
    try {
      const result = await client.query({ text, values: [...values], ...(name !== undefined && { name }) });
      tell(true);
      return result;
    } catch (error) {
      tell(!isOutage(error));
      if (!isOutage(error)) throw error;
      broken ||= !(error instanceof DatabaseError);
      throw new Unavailable("store", error, error instanceof DatabaseError && error.code === diskFull);
    }
  };

  function query<R>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  function query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  function query(text: unknown, values: readonly unknown[] = []): unknown {
    if (typeof text !== "string") throw new TypeError("Nothing here reads by cursor.");
    return run(text, values);
  }

  return { query, release: (destroy = false) => client.release(destroy || broken) };
};

const firstWord = (text: string): string => /^\s*(\w{1,16})/.exec(text)?.[1]?.toLowerCase() ?? "";

/**
 * SQLSTATEs that tell of the engine and not of the statement: connection, resources, operator intervention, system, a read-only
 * standby, an idle transaction that was ended, serialization, deadlock, lock timeout (PostgreSQL, appendix A).
 */
const outageStates = /^(?:08|53|57|58)|^(?:25006|25P03|40001|40P01|55P03)$/;

/** Class 53, insufficient resources (PostgreSQL, appendix A). */
const diskFull = "53100";

/** An error without a SQLSTATE is the connection's or the deadline's, unless it is a mistake in the program. */
const isOutage = (error: unknown): boolean => {
  if (error instanceof DatabaseError) return outageStates.test(error.code ?? "");
  return !(error instanceof TypeError || error instanceof RangeError);
};

const int8 = types.builtins.INT8;

/** Whole numbers of 64 bits are JavaScript numbers: the ones that are stored here fit. */
const getTypeParser = ((oid: number, format?: "text" | "binary") =>
  oid === int8 ? toSafeInteger : types.getTypeParser(oid, format as "text")) as typeof types.getTypeParser;

const toSafeInteger = (text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError("A stored number is beyond what a JavaScript number can hold exactly.");
  return value;
};
