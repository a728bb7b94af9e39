/** One page of a list. `after` is the last item's sort key, for the next page; null: this was the last. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly after: string | null;
}

/** Which page: at most `limit` items that sort after `after` (null: from the start). */
export interface PageRequest {
  readonly limit: number;
  readonly after: string | null;
}
