import type { openPostgres } from "@keywright/drivers";

export type Pool = Pick<ReturnType<typeof openPostgres>, "connect">;

/** The rows that one statement answers. */
export const runSql = async <R>(pool: Pool, text: string, values: readonly unknown[] = []): Promise<readonly R[]> => {
  const client = await pool.connect();
  try {
    return (await client.query<R>(text, values)).rows;
  } finally {
    client.release();
  }
};
