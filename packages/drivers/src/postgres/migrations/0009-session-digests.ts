import { type Kysely, sql } from "kysely";

/** Sessions rest as digests of their tokens (`accounts/session-tokens.ts`); those that are under way go on. */
export const digestSessionTokens = {
  up: async (db: Kysely<unknown>): Promise<void> => {
    await sql`update account_sessions
      set token = 'sha256.' || rtrim(translate(encode(sha256(convert_to(token, 'UTF8')), 'base64'), '+/', '-_'), '=')`.execute(db);
  },
};
