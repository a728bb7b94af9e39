/** What stands at one path: named strings, and the version that the next write must name. */
export interface SecretEntry {
  readonly data: Readonly<Record<string, string>>;
  /** Counts the writes of this path, from 1. */
  readonly version: number;
}

/**
 * Where bcrypt hashes and the pepper rest: a small versioned key-value store with check-and-set (the shape of Vault's KV v2).
 * Paths are `/`-separated segments of `[A-Za-z0-9_-]`, such as `api_keys/ten_…/key_…`; any other rejects with a TypeError, a mistake of the
 * caller's. A folder may end in `/` or not. When a write resolves, it survives a crash. An engine out of reach rejects with
 * `Unavailable("secret-store")`; nothing else rejects in operation.
 */
export interface SecretStore {
  /** The entry as last written; undefined where nothing is, or it was destroyed. */
  read(path: string): Promise<SecretEntry | undefined>;
  /**
   * Writes only if the path's version is still `expectedVersion` (0: nothing there), atomically; false if it was not.
   * A destroyed path counts as nothing there.
   */
  write(path: string, data: Readonly<Record<string, string>>, expectedVersion: number): Promise<boolean>;
  /** Removes every version for good. Nothing there: nothing happens. */
  destroy(path: string): Promise<void>;
  /** Names directly under a folder, sorted; folders end in `/`. Empty where there is nothing. */
  list(folder: string): Promise<readonly string[]>;
}
