/** A token bucket: capacity `limit`, refilled by `limit` tokens in `windowSeconds`. */
export interface RateLimit {
  readonly limit: number;
  readonly windowSeconds: number;
}

/** A bucket's contents, exact: `tokens` whole ones and `fraction` / (`windowSeconds` · 1000) of one, at `atMs`. */
export interface BucketLevel {
  readonly tokens: number;
  readonly fraction: number;
  readonly atMs: number;
}

/** What a quota has spent in a month. Months are counted from year 0: `year * 12 + (month - 1)`, UTC. */
export interface QuotaUse {
  readonly month: number;
  readonly used: number;
}
