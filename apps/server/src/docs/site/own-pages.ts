import { inMarkup } from "@keywright/core";
import type { Link } from "./page-shell.ts";
import type { RenderedGuide } from "./render-guide.ts";
import type { Found } from "./search-guides.ts";

/** A guide's body, with its contents where it has many parts. */
export const guideHtml = ({ html, contents }: RenderedGuide): string => {
  if (contents.length < minContents) return html;
  const items = contents.map(({ anchor, heading }) => `<li><a href="#${anchor}">${inMarkup(heading)}</a></li>`);
  const list = `<details><summary>On this page</summary><ul>${items.join("")}</ul></details>\n`;
  return html.replace("</h1>\n", (end) => end + list);
};

const minContents = 3;

export const searchHtml = (query: string, found: readonly Found[]): string => {
  if (query === "") return "<h1>Search</h1><p>Type a word, a setting or an error's code into the field above.</p>";
  const heading = `<h1>Search: ${inMarkup(query)}</h1>`;
  if (found.length === 0) return `${heading}<p>Nothing has all of these words. Try fewer, or one of the pages in the list.</p>`;
  const items = found.map(
    ({ url, page, heading: part, excerpt }) =>
      `<li><a href="${inMarkup(url)}">${inMarkup(part === "" || part === page ? page : `${page}: ${part}`)}</a><br><span class="soft">${inMarkup(excerpt)}</span></li>`,
  );
  return `${heading}<ol>${items.join("\n")}</ol>`;
};

/** Where there is no such page: those whose names are like it, and the ways on. */
export const missingHtml = (path: string, similar: readonly Link[]): string => {
  const items = similar.map((link) => `<li><a href="${inMarkup(link.path)}">${inMarkup(link.title)}</a></li>`);
  const guess = items.length === 0 ? "" : `<p>Perhaps one of these:</p><ul>${items.join("")}</ul>`;
  return `<h1>There is no such page</h1><p>Nothing is at <code>${inMarkup(path)}</code>.</p>${guess}
<p>All pages are in the list, <a href="/docs">the start page</a> says where to begin, and the field above searches them. The API itself is described at <a href="/docs/api">/docs/api</a>.</p>`;
};

export const notBuiltHtml = `<h1>The guides are not here</h1><p>This server was started without them. In a checkout, <code>npm run build</code> lays them beside it; then load
this page again. The API's reference is there all the same: <a href="/docs/api">/docs/api</a>.</p>`;
