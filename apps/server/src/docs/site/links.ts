import { posix } from "node:path";
import type { Token } from "markdown-it";

/** Where a file of the repository is served; undefined: nowhere. */
export type PathOf = (file: string) => string | undefined;

/** Lets a line's links and pictures, which are relative to their file in the repository, lead to where the site has the same. */
export const leadOn = (inline: Token, pathOf: PathOf, file: string): void => {
  let closing = "a";
  for (const token of inline.children ?? []) {
    if (token.type === "image") token.attrSet("src", placeOf(token.attrGet("src"), pathOf, file) ?? "");
    if (token.type === "link_open") closing = leadLink(token, pathOf, file);
    if (token.type === "link_close") token.tag = closing;
  }
};

/** Answers the element that the link became. */
const leadLink = (token: Token, pathOf: PathOf, file: string): string => {
  const href = String(token.attrGet("href") ?? "");
  if (href.startsWith("#")) return token.tag;
  if (/^[a-z][a-z0-9+.-]*:/i.test(href)) {
    token.attrSet("rel", "noreferrer");
    return token.tag;
  }
  const place = placeOf(href, pathOf, file);
  if (place !== undefined) {
    token.attrSet("href", place);
    return token.tag;
  }
  // A source that the site does not carry: its name is all that can be given.
  token.tag = "span";
  token.attrs = [
    ["class", "source"],
    ["title", `In the source: ${resolve(file, href)}`],
  ];
  return "span";
};

const placeOf = (href: string | number | null, pathOf: PathOf, file: string): string | undefined => {
  const [path = "", anchor] = String(href ?? "").split("#", 2);
  const place = pathOf(resolve(file, path));
  return place === undefined || anchor === undefined ? place : `${place}#${anchor}`;
};

const resolve = (file: string, path: string): string => posix.join(posix.dirname(file), decodeURI(path));
