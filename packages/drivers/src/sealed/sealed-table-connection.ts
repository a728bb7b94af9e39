import { Unavailable } from "@keywright/core";
import { SealedTableError } from "./sealed-table-error.ts";

/** What a sealed table needs of a pool of connections to PostgreSQL; `pg`'s and kysely's are such pools. */
export interface SealedTablePool {
  connect(): Promise<SealedTableClient>;
}

export interface SealedTableClient {
  query<Row>(text: string, values: readonly unknown[]): Promise<{ readonly rows: readonly Row[] }>;
  /** `destroy`: the connection is closed and not used again. */
  release(destroy?: boolean): void;
}

/** The pool speaks for the store; whoever asks for a secret hears of the secret store. */
const secretStoreFailure = (error: unknown): Unavailable =>
  new Unavailable("secret-store", error instanceof Unavailable && error.cause !== undefined ? error.cause : error);

export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/**
 * The statement's rows, or `Unavailable("secret-store")` when `deadlineMs` are over: the wait for a connection counts. A connection that
 * is late is closed, and what it was sent may be done or not; where there was none in time, nothing is sent.
 */
export const createQuery = (pool: SealedTablePool, deadlineMs: number) => {
  return <Row>(statement: Statement): Promise<readonly Row[]> =>
    new Promise((resolve, reject) => {
      const held: { client: SealedTableClient | undefined; late: boolean } = { client: undefined, late: false };
      const timer = setTimeout(() => {
        held.late = true;
        held.client?.release(true);
        reject(secretStoreFailure(new SealedTableError(`The database did not answer within ${deadlineMs} ms.`)));
      }, deadlineMs);

      const run = async (): Promise<readonly Row[]> => {
        const client = await pool.connect();
        if (held.late) {
          client.release();
          return [];
        }
        held.client = client;
        try {
          return (await client.query<Row>(statement.text, statement.values)).rows;
        } finally {
          held.client = undefined;
          if (!held.late) client.release();
        }
      };
      run()
        .then(resolve, (error: unknown) => reject(secretStoreFailure(error)))
        .finally(() => clearTimeout(timer));
    });
};

export type Query = ReturnType<typeof createQuery>;
