import { KeywrightError } from "@keywright/sdk";
import { say } from "./words/say.ts";
import { words } from "./words/words.ts";

/** What went wrong, in a sentence for whoever sees the page. */
export const explain = (error: unknown): string => {
  if (!(error instanceof KeywrightError)) return words.problems.strange;
  const own = ownWords[error.code];
  if (own !== undefined) return own;
  return error.detail === error.title ? `${error.title}.` : `${error.title}: ${error.detail}`;
};

const ownWords: Readonly<Record<string, string>> = {
  UNREACHABLE: words.problems.away,
  TIMED_OUT: words.problems.late,
  INVALID_REPLY: words.problems.strange,
  UNAUTHENTICATED: words.problems.expired,
};

export const codeOf = (error: unknown): string | undefined => (error instanceof KeywrightError ? error.code : undefined);

/** Whether the same call may succeed a little later. */
export const isPassing = (error: unknown): boolean => ["UNREACHABLE", "TIMED_OUT", "UNAVAILABLE", "INVALID_REPLY"].includes(codeOf(error) ?? "");

interface Sorted<Name extends string> {
  readonly fields: readonly { readonly name: Name; readonly text: string }[];
  /** What belongs to no field of the form; undefined: nothing. */
  readonly rest: string | undefined;
}

/** Where a problem stands: a code, or the beginning of a pointer without its slash (`expires_at`) → the field of the form. */
export type Places<Name extends string> = Readonly<Record<string, Name>>;

/** A problem document's entries, each at the field of the form that it is about: what is wrong with `/rate_limit/limit` is so with `rate_limit`. */
export const sortProblem = <Name extends string>(error: unknown, places: Places<Name>): Sorted<Name> => {
  if (!(error instanceof KeywrightError)) return { fields: [], rest: explain(error) };
  if (error.errors.length === 0) {
    const name = places[error.code];
    return name === undefined ? { fields: [], rest: explain(error) } : { fields: [{ name, text: sentence(error.detail) }], rest: undefined };
  }
  const placed = error.errors.map(({ pointer, detail }) => ({ name: placeOf(pointer, places), text: numbered(pointer, sentence(detail)), pointer }));
  const fields = placed.flatMap(({ name, text }) => (name === undefined ? [] : [{ name, text }]));
  const lost = placed.filter(({ name }) => name === undefined).map(({ pointer, text }) => `${pointer}: ${text}`);
  return { fields, rest: lost.length === 0 ? undefined : lost.join(" ") };
};

const placeOf = <Name extends string>(pointer: string, places: Places<Name>): Name | undefined =>
  places[pointer.slice(1)] ?? places[pointer.split("/")[1] ?? ""];

/** Which entry of a list is meant. */
const numbered = (pointer: string, text: string): string => {
  const index = /\/(\d+)$/.exec(pointer)?.[1];
  return index === undefined ? text : say(words.keyForm.entry, { count: Number(index) + 1, text });
};

/** "must be text" → "Must be text." */
const sentence = (detail: string): string => {
  const text = detail.charAt(0).toUpperCase() + detail.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
};
