import { Unavailable } from "@keywright/core";
import type { PostgresPool, PostgresPoolClient } from "kysely";
import { startDeadline } from "../../node/deadline.ts";

/** The pool speaks for the store; whoever asks the ledger hears of the ledger. */
export const ledgerFailure = (error: unknown): unknown => (error instanceof Unavailable ? new Unavailable("ledger", error.cause) : error);

/**
 * `work` on a connection of the pool, or `Unavailable("ledger")` when `deadlineMs` are over. The connection is then closed, whatever it
 * is doing: what `work` has sent may be done or not. Where there was no connection in time, nothing is sent.
 */
export const onConnection = <T>(pool: PostgresPool, deadlineMs: number, work: (client: PostgresPoolClient) => Promise<T>): Promise<T> =>
  new Promise<T>((resolve, reject) => {
    const held: { client: PostgresPoolClient | undefined; late: boolean } = { client: undefined, late: false };
    const cancel = startDeadline(deadlineMs, () => {
      held.late = true;
      held.client?.release(true);
      reject(new Unavailable("ledger", new Error(`There was no answer within ${deadlineMs} ms.`)));
    });
    const run = async (): Promise<T> => {
      const client = await pool.connect();
      if (held.late) {
        client.release();
        throw new Unavailable("ledger");
      }
      held.client = client;
      try {
        return await work(client);
      } finally {
        if (!held.late) client.release();
        held.client = undefined;
      }
    };
    run()
      .then(resolve, (error: unknown) => reject(ledgerFailure(error)))
      .finally(cancel);
  });
