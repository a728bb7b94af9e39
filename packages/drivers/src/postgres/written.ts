import type { UpdateResult } from "kysely";

/** An update of a row that is not there is a mistake of the caller's, not an outcome. */
export const requireChanged = ({ numUpdatedRows }: UpdateResult, id: string): void => {
  if (numUpdatedRows !== 1n) throw new Error(`There is no row ${id}.`);
};
