import type { Token } from "markdown-it";

/** The names of places within one page. */
export interface Anchors {
  /** A name for a heading, made as repositories' viewers make it: `On several nodes` → `on-several-nodes`, and `-1`, `-2` where it is taken. */
  ofHeading(text: string): string;
  /** Whether a name was free; from now on it is taken. */
  take(name: string): boolean;
}

export const createAnchors = (): Anchors => {
  const taken = new Set<string>();
  const take = (name: string): boolean => {
    if (taken.has(name)) return false;
    taken.add(name);
    return true;
  };
  const ofHeading = (text: string): string => {
    const name = slugOf(text);
    for (let count = 0; ; count++) {
      const candidate = count === 0 ? name : `${name}-${count}`;
      if (take(candidate)) return candidate;
    }
  };
  return { ofHeading, take };
};

const slugOf = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}\p{Connector_Punctuation}\- ]/gu, "")
    .replaceAll(" ", "-");

/** What is read of a line, without its markup. */
export const plainText = (inline: Token): string => (inline.children ?? []).map(textOf).join("");

const textOf = (token: Token): string => {
  if (token.type === "softbreak" || token.type === "hardbreak") return " ";
  return token.type === "text" || token.type === "code_inline" || token.type === "image" ? token.content : "";
};
