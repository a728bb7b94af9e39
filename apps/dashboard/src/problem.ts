import { KeywrightError } from "@keywright/sdk";
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

/** A problem document's entries, each at the field of the form that it is about: `/rate_limit/limit` is about `rate_limit`. */
export const sortProblem = <Name extends string>(error: unknown, names: readonly Name[]): Sorted<Name> => {
  if (!(error instanceof KeywrightError) || error.errors.length === 0) return { fields: [], rest: explain(error) };
  const placed = error.errors.map(({ pointer, detail }) => ({ name: nameFor(pointer, names), text: sentence(detail), pointer }));
  const fields = placed.flatMap(({ name, text }) => (name === undefined ? [] : [{ name, text }]));
  const lost = placed.filter(({ name }) => name === undefined).map(({ pointer, text }) => `${pointer}: ${text}`);
  return { fields, rest: lost.length === 0 ? undefined : lost.join(" ") };
};

const nameFor = <Name extends string>(pointer: string, names: readonly Name[]): Name | undefined => {
  const path = pointer.slice(1).replaceAll("/", ".");
  return names.find((name) => name === path) ?? names.find((name) => path.startsWith(`${name}.`));
};

/** "must be text" → "Must be text." */
const sentence = (detail: string): string => {
  const text = detail.charAt(0).toUpperCase() + detail.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
};
