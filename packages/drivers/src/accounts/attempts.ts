import { createHmac } from "node:crypto";
import type { Attempts } from "@keywright/core";
import { Kysely, PostgresDialect, type PostgresPool, sql } from "kysely";

interface Options {
  /** For the digests under which subjects are counted: the table tells nobody whose address was tried. Left out: callers name no subject in the clear. */
  readonly secret?: string;
  readonly nowMs: () => number;
}

interface Counted {
  readonly attempts: number;
  readonly ends_at_ms: number;
}

/** On a database that `migrate` has prepared. Whoever opened it ends it. */
export const createPostgresAttempts = (pool: PostgresPool, { secret, nowMs }: Options): Attempts => {
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  const digest = (subject: string): string => (secret === undefined ? subject : createHmac("sha256", secret).update(subject).digest("base64url"));
  return {
    consume: async (subject, { max, window }) => {
      const now = nowMs();
      // A clock that was set back makes no window longer than it is.
      const { rows } = await sql<Counted>`
        insert into account_attempts as a (subject, attempts, ends_at_ms) values (${digest(subject)}, 1, ${now + window * 1000}::bigint)
        on conflict (subject) do update set
          attempts = case when a.ends_at_ms <= ${now}::bigint then 1 else least(a.attempts + 1, ${max + 1}::integer) end,
          ends_at_ms = case when a.ends_at_ms <= ${now}::bigint then excluded.ends_at_ms else least(a.ends_at_ms, excluded.ends_at_ms) end
        returning attempts, ends_at_ms`.execute(db);
      const counted = rows[0];
      if (counted === undefined) throw new Error("An attempt was not counted.");
      if (counted.attempts <= max) return { allowed: true, retryAfter: null };
      return { allowed: false, retryAfter: Math.max(1, Math.ceil((counted.ends_at_ms - now) / 1000)) };
    },
    forget: async (subject) => {
      await sql`delete from account_attempts where subject = ${digest(subject)}`.execute(db);
    },
  } satisfies Attempts;
};
