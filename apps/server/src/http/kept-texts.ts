import type { KeyRecord } from "@keywright/core";

/** One piece of memory: a text that was joined or cut is put together from its parts wherever it is read, each of which has to be fetched. */
export const flat = (text: string): string => Buffer.from(text).toString();

/** Records whose texts are kept, about 400 bytes each. */
const maxKept = 16_384;
/**
 * Texts that are then made and not kept, before it is begun anew. Where many more keys are in use, one that is kept pushes out another that is just as
 * likely to be asked for, and costs most: it is copied by the collections that it survives.
 */
const mostUnkept = 16 * maxKept;

/** A record's own field for what is kept. */
type Field = "reply" | "introduction";

/** Keeps what `make` makes of a record with it, for a bounded number of records. What is made must be the same as long as the record lives. */
export const keepTexts = <Name extends Field, Rest>(
  field: Name,
  make: (record: KeyRecord, rest: Rest) => NonNullable<KeyRecord[Name]>,
): ((record: KeyRecord, rest: Rest) => NonNullable<KeyRecord[Name]>) => {
  const kept: KeyRecord[] = [];
  let unkept = 0;
  return (record, rest) => {
    const known = record[field];
    if (known !== undefined) return known;
    const made = make(record, rest);
    if (kept.length >= maxKept) {
      unkept += 1;
      if (unkept < mostUnkept) return made;
      for (const one of kept) one[field] = undefined;
      kept.length = 0;
      unkept = 0;
    }
    record[field] = made;
    kept.push(record);
    return made;
  };
};
