/**
 * A `text[]` as PostgreSQL reads it (PostgreSQL, 8.15.2), of texts and nulls. `pg` would write an array element by element, and look for
 * what has to be escaped in each of them: of twenty thousand ids that takes longer than all else that is done for a delivery.
 */
export const textArray = (texts: readonly (string | null)[]): string => {
  if (texts.length === 0) return "{}";
  const joined = texts.join("");
  if (special.test(joined) || texts.includes(null)) return `{${texts.map((text) => (text === null ? "NULL" : quoted(text))).join(",")}}`;
  return `{"${texts.join('","')}"}`;
};

const special = /["\\]/;
const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, "\\$&")}"`;

/** An array of whole numbers, null for those that are not there. */
export const numberArray = (numbers: readonly (number | null)[]): string =>
  numbers.includes(null) ? `{${numbers.map((number) => number ?? "NULL").join(",")}}` : `{${numbers.join(",")}}`;
