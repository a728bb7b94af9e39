import { createHmac } from "node:crypto";
import { type Kysely, sql } from "kysely";

/** How many attempts a subject has in a window, in seconds. The window begins with its first attempt. */
export interface AttemptRule {
  readonly max: number;
  readonly window: number;
}

export interface Attempt {
  readonly allowed: boolean;
  /** Seconds until the window ends; null where the attempt is allowed. */
  readonly retryAfter: number | null;
}

/** Counts of what somebody may try only so often, such as an account's password or an address. */
export interface Attempts {
  /** Counts one attempt, in one statement: of those that come at once, exactly `max` are allowed, whichever process has them. */
  consume(subject: string, rule: AttemptRule): Promise<Attempt>;
  /** The subject starts anew. */
  forget(subject: string): Promise<void>;
}

interface Options {
  /** For the digests under which subjects are counted: the table tells nobody whose address was tried. */
  readonly secret: string;
  readonly nowMs: () => number;
}

interface Counted {
  readonly attempts: number;
  readonly ends_at_ms: number;
}

export const createAttempts = (db: Kysely<unknown>, { secret, nowMs }: Options): Attempts => {
  const digest = (subject: string): string => createHmac("sha256", secret).update(subject).digest("base64url");
  return {
    consume: async (subject, { max, window }) => {
      const now = nowMs();
      const { rows } = await sql<Counted>`
        insert into account_attempts as a (subject, attempts, ends_at_ms) values (${digest(subject)}, 1, ${now + window * 1000}::bigint)
        on conflict (subject) do update set
          attempts = case when a.ends_at_ms <= ${now}::bigint then 1 else least(a.attempts + 1, ${max + 1}::integer) end,
          ends_at_ms = case when a.ends_at_ms <= ${now}::bigint then excluded.ends_at_ms else a.ends_at_ms end
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
