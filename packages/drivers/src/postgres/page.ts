import type { Page, PageRequest } from "@keywright/core";

/** Rows to ask for: one more than the page holds, to learn whether there is a next one. */
export const rowsFor = ({ limit }: PageRequest): number => limit + 1;

/** The page that these rows make; `idOf` says where the next one goes on. */
export const pageOf = <T>(rows: readonly T[], { limit }: PageRequest, idOf: (item: T) => string): Page<T> => {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, after: rows.length > limit && last !== undefined ? idOf(last) : null };
};
