import type { KeyRecord, KeyRecords, LoadedRecord } from "./ports/key-records.ts";
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

/** Records that one new one looks at to find the one that goes. */
const maxTurns = 64;

/**
 * Keeps records in memory; one that nobody asked for since it last had its turn goes first. (To move a record at every use would have the map written
 * anew all the time, which costs a verification more than finding the record.) A kept record may be old: the ledger answers STALE to it, and `load`
 * replaces it. Unknown digests are not kept, so that a flood of them pushes nothing out. Loads of one digest that overlap share reads.
 */
export const cacheRecords = (records: KeyRecords, { maxRecords }: Options): CachedRecords => {
  const kept = new Map<string, KeyRecord>();
  const count = { hits: 0, loads: 0 };
  const makeRoom = (newest: string): void => {
    for (let turn = 0; kept.size > maxRecords; turn++) {
      const oldest = kept.entries().next();
      if (oldest.done === true) return;
      const [digest, record] = oldest.value;
      kept.delete(digest);
      if (digest !== newest && (!record.isUsed || turn >= maxTurns)) continue;
      record.isUsed = false;
      kept.set(digest, record);
    }
  };
  const keep = (digests: readonly string[], loaded: LoadedRecord | undefined): void => {
    for (const digest of digests) kept.delete(digest);
    const [current] = digests;
    if (loaded === undefined || current === undefined) return;
    kept.set(current, loaded.record);
    makeRoom(current);
  };
  return {
    peek: (digest) => {
      const record = kept.get(digest);
      if (record === undefined) return records.peek(digest);
      record.isUsed = true;
      count.hits += 1;
      return record;
    },
    load: shareLoads(async (digests) => {
      count.loads += 1;
      const loaded = await records.load(digests);
      keep(digests, loaded);
      return loaded;
    }),
    figures: () => ({ records: kept.size, ...count }),
  } satisfies CachedRecords;
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
