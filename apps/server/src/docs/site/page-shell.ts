import { inMarkup } from "@keywright/core";
import { hashSource, type Page } from "../page.ts";
import { pageStyle } from "./page-style.ts";
import { maxQueryLength } from "./search-guides.ts";

export interface Link {
  readonly path: string;
  readonly title: string;
}

/** The list of all pages. */
export interface Navigation {
  readonly sections: readonly { readonly title: string; readonly links: readonly Link[] }[];
}

export interface Content {
  readonly title: string;
  /** HTML of the page's own. */
  readonly html: string;
  /** Its path, if it is one of the list. */
  readonly path?: string;
  /** What was searched for. */
  readonly query?: string;
}

/** Nothing runs and nothing foreign loads; the one form leads to the search. */
const policy = [
  "default-src 'none'",
  `style-src ${hashSource(pageStyle)}`,
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

/** A page of the site: its content, with the list of all pages, the search and the way on. */
export const wrapPage = (navigation: Navigation, content: Content): Page => ({ html: htmlOf(navigation, content), policy });

const htmlOf = (navigation: Navigation, { title, html, path, query = "" }: Content): string => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${inMarkup(title)} · Keywright</title><style>${pageStyle}</style></head>
<body><a class="skip" href="#_main">To the page</a>
<header><a href="/docs">Keywright</a><a class="to-pages" href="#_pages">All pages</a><form action="/docs/search" method="get" role="search"><input type="search" name="q" aria-label="Search the documentation" maxlength="${maxQueryLength}" value="${inMarkup(query)}"><button>Search</button></form></header>
<div class="body"><main id="_main" tabindex="-1">
${html}${turn(navigation, path)}
</main><nav class="pages" id="_pages" aria-label="All pages">${navigation.sections.map((section) => listOf(section, path)).join("")}</nav></div>
</body>
</html>
`;

const listOf = ({ title, links }: Navigation["sections"][number], current: string | undefined): string =>
  `<h2>${inMarkup(title)}</h2><ul>${links.map((link) => `<li>${anchorOf(link, link.path === current ? ' aria-current="page"' : "")}</li>`).join("")}</ul>`;

const anchorOf = ({ path, title }: Link, attributes = ""): string => `<a href="${inMarkup(path)}"${attributes}>${inMarkup(title)}</a>`;

/** The pages before and after this one. */
const turn = ({ sections }: Navigation, path: string | undefined): string => {
  const links = sections.flatMap((section) => section.links);
  const place = links.findIndex((link) => link.path === path);
  if (place < 0) return "";
  const [before, after] = [links[place - 1], links[place + 1]];
  const parts = [before && `<span>← ${anchorOf(before)}</span>`, after && `<span>${anchorOf(after)} →</span>`].filter((part) => part !== undefined);
  return `<nav class="turn" aria-label="Before and after">${parts.join("")}</nav>`;
};
