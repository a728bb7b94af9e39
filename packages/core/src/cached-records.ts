import type { KeyRecord, KeyRecords } from "./ports/key-records.ts";

interface Options {
  /** How many records are kept at most. */
  readonly maxRecords: number;
}

/**
 * Keeps records in memory, least recently used ones going first. A kept record may be old: the ledger answers STALE to it, and `load`
 * replaces it. Unknown digests are not kept, so that a flood of them pushes nothing out.
 */
export const cacheRecords = (records: KeyRecords, { maxRecords }: Options): KeyRecords => {
  const kept = new Map<string, KeyRecord>();
  return {
    peek: (digest) => {
      const record = kept.get(digest);
      if (record === undefined) return records.peek(digest);
      kept.delete(digest);
      kept.set(digest, record);
      return record;
    },
    load: async (digests) => {
      const record = await records.load(digests);
      for (const digest of digests) kept.delete(digest);
      const [current] = digests;
      if (record === undefined || current === undefined) return record;
      kept.set(current, record);
      if (kept.size > maxRecords)
        for (const oldest of kept.keys()) {
          kept.delete(oldest);
          break;
        }
      return record;
    },
  } satisfies KeyRecords;
};
