/** One request to Vault's API. */
export interface Call {
  readonly method: "GET" | "POST" | "DELETE";
  /** Below `/v1/`. */
  readonly path: string;
  readonly body?: unknown;
  readonly token?: string;
  /** Answers for the whole server, not for a namespace. */
  readonly isGlobal?: boolean;
}

/** What Vault answered. */
export interface Answer {
  readonly status: number;
  /** What Vault says of a call that it refuses. */
  readonly errors: readonly string[];
  /** The whole answer; empty where there was none. */
  readonly body: Readonly<Record<string, unknown>>;
}
