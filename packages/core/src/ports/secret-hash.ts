/**
 * bcrypt of a whole key, off the event loop, at most a few at a time.
 * A queue that is full rejects with `Unavailable("secret-hash")`.
 */
export interface SecretHash {
  /** A `$2b$` hash at the configured cost. Rejects a text over 72 bytes, of which bcrypt would ignore the rest. */
  hash(text: string): Promise<string>;
  /** Whether `text` has this bcrypt hash (`$2a$`, `$2b$` or `$2y$`); false for anything that is no such hash. */
  compare(text: string, hash: string): Promise<boolean>;
}
