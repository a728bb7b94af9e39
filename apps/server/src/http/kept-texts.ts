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
type Kept<Name extends Field> = NonNullable<KeyRecord[Name]>;

interface Making<Name extends Field, Rest> {
  /** The same as long as the record lives. */
  readonly make: (record: KeyRecord, rest: Rest) => Kept<Name>;
  /** What is kept has this done to it; what is used once has not. */
  readonly pack: (made: Kept<Name>, record: KeyRecord) => Kept<Name>;
}

/** Keeps what is made of a record with it, for a bounded number of records. */
export const keepTexts = <Name extends Field, Rest>(field: Name, { make, pack }: Making<Name, Rest>): Making<Name, Rest>["make"] => {
  const kept: KeyRecord[] = [];
  let unkept = 0;
  return (record, rest) => {
    const known = record[field];
    if (known !== undefined) return known;
    if (kept.length >= maxKept) {
      unkept += 1;
      if (unkept < mostUnkept) return make(record, rest);
      for (const one of kept) one[field] = undefined;
      kept.length = 0;
      unkept = 0;
    }
    const packed = pack(make(record, rest), record);
    record[field] = packed;
    kept.push(record);
    return packed;
  };
};
