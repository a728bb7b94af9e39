import type { Link } from "./link.ts";
import type { ShardNames } from "./names.ts";
import { scripts } from "./scripts.ts";

/** Notes in every shard that it was told all changes that the store had at this time. */
export const markOn = async (link: Link, names: readonly ShardNames[], atMs: number): Promise<void> => {
  await Promise.all(names.map(({ mark }, shard) => link.node(shard).run(scripts.mark, [mark], [String(atMs)])));
};

/** The oldest mark of all shards; undefined where there is none: no shard has an entry then, for marks come first and never expire. */
export const readMark = async (link: Link, names: readonly ShardNames[]): Promise<number | undefined> => {
  const found = await Promise.all(names.map(({ mark }, shard) => link.node(shard).send(["GET", mark])));
  const marks = found.filter((mark) => mark !== null && mark !== undefined).map((mark) => Number(String(mark)));
  return marks.length === 0 ? undefined : Math.min(...marks);
};
