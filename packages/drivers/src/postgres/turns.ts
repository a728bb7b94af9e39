import type { PostgresPool, PostgresPoolClient } from "kysely";

/** Work that several processes must not do at once, by its name. */
export interface Turns {
  /** Runs the work when no other process runs one of this name; waits its turn within the pool's deadline. */
  inTurn<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Runs the work unless another process runs one of this name: then nothing happens, and there is no answer. */
  unlessTaken<T>(name: string, work: () => Promise<T>): Promise<T | undefined>;
}

/** Advisory locks of PostgreSQL, held by a connection of the pool while the work runs on others. A process that dies gives them back. */
export const createTurns = (pool: PostgresPool): Turns => {
  const holding = async <T>(take: (client: PostgresPoolClient) => Promise<boolean>, work: () => Promise<T>): Promise<T | undefined> => {
    const client = await pool.connect();
    let isTaken = false;
    try {
      isTaken = await take(client);
      return isTaken ? await work() : undefined;
    } finally {
      // The connection's end gives the lock back, whatever has become of it.
      client.release(isTaken);
    }
  };
  const lock = (client: PostgresPoolClient, call: string, name: string) =>
    client.query<{ taken: unknown }>(`select ${call}(hashtextextended($1, 0)) as taken`, [`keywright ${name}`]);
  return {
    inTurn: async (name, work) =>
      (await holding(async (client) => {
        await lock(client, "pg_advisory_lock", name);
        return true;
      }, work)) as Awaited<ReturnType<typeof work>>,
    unlessTaken: (name, work) => holding(async (client) => (await lock(client, "pg_try_advisory_lock", name)).rows[0]?.taken === true, work),
  } satisfies Turns;
};

/** For an engine that one process has to itself. */
export const soleTurns = {
  inTurn: (_name, work) => work(),
  unlessTaken: (_name, work) => work(),
} satisfies Turns;
