import type { Passage } from "./render-guide.ts";

/** A passage with its page, ready to be searched. */
export interface Searchable extends Passage {
  readonly path: string;
  readonly page: string;
  /** The same in small letters: made once, for every search reads all of it. */
  readonly small: { readonly page: string; readonly heading: string; readonly text: string };
}

/** A passage of the page at a path. */
export const searchable = (passage: Passage, path: string, page: string): Searchable => ({
  ...passage,
  path,
  page,
  small: { page: page.toLowerCase(), heading: passage.heading.toLowerCase(), text: passage.text.toLowerCase() },
});

export interface Found {
  readonly url: string;
  readonly page: string;
  readonly heading: string;
  /** The words round the first place that was found. */
  readonly excerpt: string;
}

/** A query's length in characters, and what is looked at of it. */
export const maxQueryLength = 100;
const maxWords = 8;
const maxFound = 20;
const excerptLength = 160;

/** The passages that have every word, those first that have them in their heading or in their page's title. */
export const searchGuides = (passages: readonly Searchable[], query: string): readonly Found[] => {
  const words = query.slice(0, maxQueryLength).toLowerCase().split(/\s+/).filter(Boolean).slice(0, maxWords);
  if (words.length === 0) return [];
  const scored = passages.map((passage) => ({ passage, score: scoreOf(passage, words) })).filter(({ score }) => score > 0);
  return scored
    .toSorted((one, other) => other.score - one.score)
    .slice(0, maxFound)
    .map(({ passage }) => foundOf(passage, words));
};

const scoreOf = ({ small }: Searchable, words: readonly string[]): number => {
  let score = 0;
  for (const word of words) {
    const worth = (small.heading.includes(word) ? 4 : 0) + (small.page.includes(word) ? 2 : 0) + (small.text.includes(word) ? 1 : 0);
    if (worth === 0) return 0;
    score += worth;
  }
  return score;
};

const foundOf = ({ path, page, anchor, heading, text }: Searchable, words: readonly string[]): Found => ({
  url: anchor === "" ? path : `${path}#${anchor}`,
  page,
  heading,
  excerpt: excerptOf(text.replaceAll(/\s+/g, " "), words),
});

const excerptOf = (text: string, words: readonly string[]): string => {
  const places = words.map((word) => text.toLowerCase().indexOf(word)).filter((place) => place >= 0);
  const near = Math.min(...places, text.length) - excerptLength / 4;
  const from = places.length === 0 || near <= 0 ? 0 : text.indexOf(" ", near) + 1;
  const end = from + excerptLength;
  return `${from > 0 ? "… " : ""}${text.slice(from, end)}${end < text.length ? " …" : ""}`;
};
