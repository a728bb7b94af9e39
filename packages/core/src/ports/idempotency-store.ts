/** The answer to a request that carried an `Idempotency-Key`. */
export interface IdempotentAnswer {
  /** Who asked and by which idempotency key: the same scope is the same request. */
  readonly scope: string;
  /** Hash of endpoint and body: a different one under the same scope is a mistake of the caller's. */
  readonly fingerprint: string;
  /** The sealed answer. */
  readonly sealed: string;
  readonly createdAtMs: number;
}

export interface IdempotencyStore {
  /** The answer of this scope that was created at or after `sinceMs`. */
  find(scope: string, sinceMs: number): Promise<IdempotentAnswer | undefined>;
  /**
   * Keeps an answer, replacing one of the same scope that was created before `sinceMs`. false, and nothing done, where a younger one
   * stands: a concurrent request won. Waits for a concurrent transaction that is about to decide that.
   */
  insert(answer: IdempotentAnswer, sinceMs: number): Promise<boolean>;
  /** Deletes at most `limit` answers created before `beforeMs`; how many. */
  prune(beforeMs: number, limit: number): Promise<number>;
}
