import { bounds } from "@keywright/contract";
import type { Command } from "commander";
import { CommandFailure } from "./command-failure.ts";
import { integerIn } from "./option-values.ts";
import type { Output } from "./output.ts";

export interface PagingOptions {
  readonly limit?: number;
  readonly cursor?: string;
  readonly all?: true;
}

export const addPagingOptions = (command: Command): Command =>
  command
    .option("--limit <count>", `entries of a page, 1 to ${bounds.page}; 50 unless said`, integerIn(1, bounds.page))
    .option("--cursor <cursor>", "go on where a page ended: its next_cursor, with the same filters")
    .option("--all", "every page");

interface Page<T> {
  readonly data: readonly T[];
  readonly next_cursor: string | null;
}

interface PageQuery {
  readonly limit: number | undefined;
  readonly cursor: string | undefined;
}

/** Pages that `--all` reads at most. */
const maxPages = 1_000;

/** One page, or with `--all` every one from the cursor on, as one. */
export const readPages = async <T>({ limit, cursor, all }: PagingOptions, read: (query: PageQuery) => Promise<Page<T>>): Promise<Page<T>> => {
  if (!all) return read({ limit, cursor });
  const data: T[] = [];
  let next = cursor;
  for (let count = 0; count < maxPages; count++) {
    const page = await read({ limit: limit ?? bounds.page, cursor: next });
    for (const item of page.data) data.push(item);
    if (page.next_cursor === null) return { data, next_cursor: null };
    next = page.next_cursor;
  }
  throw new CommandFailure("TOO_MANY", `There are more than ${maxPages} pages: narrow the list with filters, or read page by page with --cursor.`);
};

/** Says that there is more, and how to see it. */
export const noteNext = (output: Output, { next_cursor: cursor }: { readonly next_cursor: string | null }): void => {
  if (cursor !== null) output.note(`There are more: add --cursor ${cursor} for the next page, or --all for every one.`);
};
