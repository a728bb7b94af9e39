/** A text with `{names}` in it; or one a number decides on, by the plural rules of the language: `count` is that number. */
export type Phrase = string | { readonly [Rule in Intl.LDMLPluralRule]?: string } | { readonly other: string };

type Values = Readonly<Record<string, string | number>>;

export const language = "en";

/** Made when it is first asked for: what knows a language is dear to make, and most pages need little of it. */
export const once = <Made>(make: () => Made): (() => Made) => {
  const state: { made?: Made } = {};
  return () => {
    state.made ??= make();
    return state.made;
  };
};

const plurals = once(() => new Intl.PluralRules(language));
const numbers = once(() => new Intl.NumberFormat(language));

/** The phrase with its values in it. Numbers are written as the language writes them. */
export const say = (phrase: Phrase, values: Values = {}): string => fill(formOf(phrase, values["count"]), values);

const formOf = (phrase: Phrase, count: string | number | undefined): string => {
  if (typeof phrase === "string") return phrase;
  const forms: { readonly [Rule in Intl.LDMLPluralRule]?: string } = phrase;
  return forms[plurals().select(Number(count ?? 0))] ?? forms.other ?? "";
};

const fill = (text: string, values: Values): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? numbers().format(value) : value;
  });
