import { crc32 } from "node:zlib";

/** Version of the layout of entries and names: processes that differ in it must not share them. */
const layout = 2;

/** The names of one shard's Redis keys. All share one hash tag, so that one script may touch them in a cluster. */
export interface ShardNames {
  /** List of subjects whose budgets the store has not yet. */
  readonly due: string;
  /** The move of budgets in transit to the store. */
  readonly transit: string;
  /** Sorted set of pages by when their process was last seen. */
  readonly pages: string;
  /** Until when the ledger was told all changes. */
  readonly mark: string;
  /** The counts that one process has made, as a hash. */
  page(pageId: string): string;
  /** The live state of a key or tenant. */
  entry(subjectId: string): string;
  /** The subject of an entry's name. */
  subjectOf(entryName: string): string;
  /** The id of a page's name. */
  pageOf(pageName: string): string;
}

/** The names of a shard with this hash tag; null: the only shard there is. */
export const shardNames = (prefix: string, tag: string | null): ShardNames => {
  const root = tag === null ? `${prefix}${layout}:` : `${prefix}${layout}{${tag}}:`;
  const pageRoot = `${root}#page:`;
  return {
    due: `${root}#due`,
    transit: `${root}#transit`,
    pages: `${root}#pages`,
    mark: `${root}#mark`,
    page: (pageId) => pageRoot + pageId,
    entry: (subjectId) => root + subjectId,
    subjectOf: (entryName) => entryName.slice(root.length),
    pageOf: (pageName) => pageName.slice(pageRoot.length),
  };
};

/** Where a key's entry is: with its tenant's, whose pool it pays from in the same step. */
export const shardOf = (keyId: string, tenantId: string | null, shards: number): number => (shards === 1 ? 0 : crc32(tenantId ?? keyId) % shards);
