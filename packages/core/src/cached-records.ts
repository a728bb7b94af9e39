import type { KeyRecord, KeyRecords } from "./ports/key-records.ts";
import { shareRun } from "./share-run.ts";

interface Options {
  /** How many records are kept at most. */
  readonly maxRecords: number;
}

/**
 * Keeps records in memory, least recently used ones going first. A kept record may be old: the ledger answers STALE to it, and `load`
 * replaces it. Unknown digests are not kept, so that a flood of them pushes nothing out. Loads of one digest that overlap share reads.
 */
export const cacheRecords = (records: KeyRecords, { maxRecords }: Options): KeyRecords => {
  const kept = new Map<string, KeyRecord>();
  const keep = (digests: readonly string[], record: KeyRecord | undefined): void => {
    for (const digest of digests) kept.delete(digest);
    const [current] = digests;
    if (record === undefined || current === undefined) return;
    kept.set(current, record);
    const oldest = kept.size > maxRecords ? kept.keys().next() : undefined;
    if (oldest?.done === false) kept.delete(oldest.value);
  };
  return {
    peek: (digest) => {
      const record = kept.get(digest);
      if (record === undefined) return records.peek(digest);
      kept.delete(digest);
      kept.set(digest, record);
      return record;
    },
    load: shareLoads(async (digests) => {
      const record = await records.load(digests);
      keep(digests, record);
      return record;
    }),
  } satisfies KeyRecords;
};

/** A thousand first requests for one key read the store twice, not a thousand times. */
const shareLoads = (load: KeyRecords["load"]): KeyRecords["load"] => {
  const loading = new Map<string, { readonly share: () => ReturnType<typeof load>; callers: number }>();
  return async (digests) => {
    const [digest = ""] = digests;
    const entry = loading.get(digest) ?? { share: shareRun(() => load(digests)), callers: 0 };
    loading.set(digest, entry);
    entry.callers += 1;
    try {
      return await entry.share();
    } finally {
      entry.callers -= 1;
      if (entry.callers === 0) loading.delete(digest);
    }
  };
};
