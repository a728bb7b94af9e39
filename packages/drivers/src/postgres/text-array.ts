/**
 * A `text[]` as PostgreSQL reads it (PostgreSQL, 8.15.2), of texts and nulls. `pg` would write an array element by element, and look for
 * what has to be escaped in each of them: of twenty thousand ids that takes longer than all else that is done for a delivery.
 */
export const textArray = (texts: readonly (string | null)[]): string => {
  if (texts.length === 0) return "{}";
  if (!texts.includes(null)) {
    const joined = texts.join(between);
    if (isPlain(joined, texts.length)) return `{"${joined}"}`;
  } else if (texts.every((text) => text === null)) return `{${texts.join("NULL,")}NULL}`;
  return `{${texts.map((text) => (text === null ? "NULL" : quoted(text))).join(",")}}`;
};

const between = '","';

/** Whether nothing in the joined texts has to be escaped: then all quotes are those between them. */
const isPlain = (joined: string, length: number): boolean => {
  if (joined.includes("\\")) return false;
  let gaps = 0;
  for (let at = joined.indexOf('"'); at >= 0; at = joined.indexOf('"', at + between.length)) {
    if (joined[at + 1] !== "," || joined[at + 2] !== '"') return false;
    gaps += 1;
  }
  return gaps === length - 1;
};

const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, "\\$&")}"`;

/** An array of whole numbers, null for those that are not there. */
export const numberArray = (numbers: readonly (number | null)[]): string =>
  numbers.includes(null) ? `{${numbers.map((number) => number ?? "NULL").join(",")}}` : `{${numbers.join(",")}}`;
