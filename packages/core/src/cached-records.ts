import type { KeyRecords, LoadedRecord } from "./ports/key-records.ts";
import { createRecordTable } from "./record-table.ts";
import { shareRun } from "./share-run.ts";

interface Options {
  /** How many records are kept at most. */
  readonly maxRecords: number;
}

/** What a cache holds, and what it was good for since its start. */
export interface CacheFigures {
  readonly records: number;
  /** Records that were asked for and found. */
  readonly hits: number;
  /** Reads from the store: of records that were not there, had changed, or were proved meanwhile. */
  readonly loads: number;
}

export interface CachedRecords extends KeyRecords {
  figures(): CacheFigures;
}

/**
 * Keeps records in memory; one that nobody asked for since it last had its turn goes first. A kept record may be old: the ledger answers STALE to it, and
 * `load` replaces it. Unknown secrets are not kept, so that a flood of them pushes nothing out. Loads of one secret that overlap share reads.
 */
export const cacheRecords = (records: KeyRecords, { maxRecords }: Options): CachedRecords => {
  const kept = createRecordTable();
  const count = { hits: 0, loads: 0 };
  const keep = (mark: string, loaded: LoadedRecord | undefined): void => {
    if (loaded === undefined) {
      kept.delete(mark);
      return;
    }
    kept.set(mark, loaded.record);
    if (kept.size > maxRecords) kept.removeUnused(mark);
  };
  return {
    peek: (mark) => {
      const record = kept.get(mark);
      if (record === undefined) return records.peek(mark);
      count.hits += 1;
      // What is written has to be written back, so it is not written twice.
      if (!record.isUsed) record.isUsed = true;
      return record;
    },
    load: shareLoads(async (names) => {
      count.loads += 1;
      const loaded = await records.load(names);
      keep(names.mark, loaded);
      return loaded;
    }),
    figures: () => ({ records: kept.size, ...count }),
  } satisfies CachedRecords;
};

/** A thousand first requests for one key read the store twice, not a thousand times. */
const shareLoads = (load: KeyRecords["load"]): KeyRecords["load"] => {
  const loading = new Map<string, { readonly share: () => ReturnType<typeof load>; callers: number }>();
  return async (names) => {
    const { mark } = names;
    const entry = loading.get(mark) ?? { share: shareRun(() => load(names)), callers: 0 };
    loading.set(mark, entry);
    entry.callers += 1;
    try {
      return await entry.share();
    } finally {
      entry.callers -= 1;
      if (entry.callers === 0) loading.delete(mark);
    }
  };
};
