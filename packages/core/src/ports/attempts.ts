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

/** Counts of what somebody may try only so often, such as an account's password or an address, over all processes. */
export interface Attempts {
  /** Counts one attempt, in one step: of those that come at once, exactly `max` are allowed, whichever process has them. */
  consume(subject: string, rule: AttemptRule): Promise<Attempt>;
  /** The subject starts anew. */
  forget(subject: string): Promise<void>;
}
