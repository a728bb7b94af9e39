/** Entries that are read ahead. */
const aheadAtOnce = 256;

/**
 * Gives a map's entries from the one that has been there longest; undefined where there is none. Whoever gets one deletes it, or deletes it and sets it again,
 * as the youngest.
 *
 * A map begins at its very beginning each time that it is asked, and goes over the places of all entries that are gone since it was last laid out anew: for
 * one that holds a hundred thousand, and loses its oldest for each new one, that is 40 µs each time. So some are read ahead at once. (An iterator
 * that is kept would be as fast, but keeps each former layout of the map in memory until it is asked again.)
 */
export const oldestFirst = <Key, Value>(map: ReadonlyMap<Key, Value>): (() => readonly [Key, Value] | undefined) => {
  let ahead: Entry<Key, Value>[] = [];
  // What has been deleted meanwhile is not there any more, and what has been replaced is young.
  const isThere = (entry: Entry<Key, Value> | undefined): boolean => entry === undefined || Object.is(map.get(entry[0]), entry[1]);
  return () => {
    let oldest: Entry<Key, Value> | undefined;
    do {
      if (ahead.length === 0) ahead = firstOf(map).reverse();
      oldest = ahead.pop();
    } while (!isThere(oldest));
    return oldest;
  };
};

type Entry<Key, Value> = readonly [Key, Value];

const firstOf = <Key, Value>(map: ReadonlyMap<Key, Value>): Entry<Key, Value>[] => {
  const first: Entry<Key, Value>[] = [];
  for (const entry of map) {
    if (first.push(entry) >= aheadAtOnce) break;
  }
  return first;
};
