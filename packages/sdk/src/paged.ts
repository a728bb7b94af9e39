import { clientError } from "./keywright-error.ts";

/** One page of a list. */
export interface Page<Item> {
  readonly data: Item[];
  /** Of the next page; null: this is the last one. */
  readonly next_cursor: string | null;
}

/** A page when awaited; every item of it and the pages behind it in a `for await`. */
export interface Paged<Item> extends Promise<Page<Item>>, AsyncIterable<Item> {}

/** Reads the first page at once, and further ones as far as somebody iterates. */
export const readPages = <Item>(readPage: (cursor: string | undefined) => Promise<Page<Item>>): Paged<Item> => {
  const first = readPage(undefined);
  return Object.assign(first, { [Symbol.asyncIterator]: () => iterate(first, readPage) });
};

const iterate = async function* <Item>(first: Promise<Page<Item>>, readPage: (cursor: string) => Promise<Page<Item>>): AsyncGenerator<Item, void> {
  let cursor: string | null = null;
  for (let page = await first; ; page = await readPage(cursor)) {
    yield* page.data;
    if (page.next_cursor === null) return;
    // A party that answers the same page for ever must not hold its reader for ever.
    if (page.next_cursor === cursor) throw clientError("INVALID_REPLY", "The server answered the same page twice.");
    cursor = page.next_cursor;
  }
};
