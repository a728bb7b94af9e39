import { inMarkup } from "@keywright/core";
import MarkdownIt, { type Token } from "markdown-it";
import { type Anchors, createAnchors, plainText } from "./anchors.ts";
import { leadOn, type PathOf } from "./links.ts";
import { nameRows } from "./tables.ts";

/** A stretch of a guide that has an anchor, from there to the next: what a search finds. */
export interface Passage {
  readonly anchor: string;
  readonly heading: string;
  readonly text: string;
}

export interface RenderedGuide {
  readonly title: string;
  /** The guide's body. */
  readonly html: string;
  /** Headings of the second level. */
  readonly contents: readonly { readonly anchor: string; readonly heading: string }[];
  readonly passages: readonly Passage[];
}

/** Raw HTML stays text: a guide says everything in Markdown. */
const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false });
markdown.renderer.rules["table_open"] = () => '<div class="table"><table role="table">\n';
markdown.renderer.rules["table_close"] = () => "</table></div>\n";
markdown.renderer.rules["heading_close"] = (tokens, index) => {
  const [inline, close] = [tokens[index - 1], tokens[index]];
  const anchor = tokens[index - 2]?.attrGet("id");
  if (inline === undefined || close === undefined) return "";
  const link = close.tag === "h1" ? "" : ` <a class="anchor" href="#${anchor}" aria-label="${inMarkup(`Link to “${plainText(inline)}”`)}">#</a>`;
  return `${link}</${close.tag}>\n`;
};

/** The note by which generated guides begin, for whoever edits them. */
const generatedNote = /^<!--.*?-->\n/s;

/** Makes a page's body of one guide; `file` is its path in the repository, from which its links lead on. */
export const renderGuide = (pathOf: PathOf, file: string, text: string): RenderedGuide => {
  const tokens = markdown.parse(text.replace(generatedNote, ""), {});
  const anchors = createAnchors();
  const headings = nameHeadings(tokens, anchors);
  nameRows(tokens, anchors);
  for (const token of tokens) if (token.type === "inline") leadOn(token, pathOf, file);
  return {
    title: headings.find(({ level }) => level === "h1")?.heading ?? file,
    contents: headings.filter(({ level }) => level === "h2").map(({ anchor, heading }) => ({ anchor, heading })),
    passages: passagesOf(tokens, new Map(headings.map(({ anchor, heading }) => [anchor, heading]))),
    html: markdown.renderer.render(tokens, markdown.options, {}),
  };
};

interface Heading {
  readonly level: string;
  readonly anchor: string;
  readonly heading: string;
}

const nameHeadings = (tokens: readonly Token[], anchors: Anchors): readonly Heading[] =>
  tokens.flatMap((token, index) => {
    const inline = tokens[index + 1];
    if (token.type !== "heading_open" || inline === undefined) return [];
    const heading = plainText(inline);
    const anchor = anchors.ofHeading(heading);
    token.attrSet("id", anchor);
    return [{ level: token.tag, anchor, heading }];
  });

interface Place {
  readonly heading: string;
  readonly row: string | undefined;
}

const passagesOf = (tokens: readonly Token[], headings: ReadonlyMap<string, string>): readonly Passage[] => {
  const texts = new Map<string, string[]>();
  const state: { place: Place } = { place: { heading: "", row: undefined } };
  for (const token of tokens) {
    state.place = placeAfter(state.place, token);
    const anchor = state.place.row ?? state.place.heading;
    const text = textOf(token);
    if (text !== "") texts.set(anchor, [...(texts.get(anchor) ?? []), text]);
  }
  return [...texts].map(([anchor, parts]) => ({ anchor, heading: headings.get(anchor) ?? anchor, text: parts.join(" ") }));
};

/** A named row is a place of its own; what follows it belongs to the heading again. */
const placeAfter = (place: Place, token: Token): Place => {
  const id = token.attrGet("id");
  if (token.type === "heading_open") return { heading: String(id), row: undefined };
  if (token.type === "tr_open") return { ...place, row: id === null ? undefined : String(id) };
  return token.type === "tr_close" ? { ...place, row: undefined } : place;
};

const textOf = (token: Token): string => {
  if (token.type === "inline") return plainText(token);
  return token.type === "fence" ? token.content : "";
};
