import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Page } from "../page.ts";
import { isGuide, mediaTypeOf, pathOfGuide, readGuideFiles } from "./guide-files.ts";
import { guideHtml, missingHtml, notBuiltHtml, searchHtml } from "./own-pages.ts";
import { type Link, type Navigation, wrapPage } from "./page-shell.ts";
import { type RenderedGuide, renderGuide } from "./render-guide.ts";
import { maxQueryLength, type Searchable, searchable, searchGuides } from "./search-guides.ts";
import { arrangeGuides } from "./site-map.ts";

/** What the site has at a path. */
export interface Asset {
  readonly type: string;
  /** Undefined: that of everything that is no page. */
  readonly policy: string | undefined;
  readonly plain: Buffer;
  readonly gzipped: Buffer;
  readonly etag: string;
}

export interface Site {
  readonly assets: ReadonlyMap<string, Asset>;
  search(query: string): Page;
  /** For a path at which there is nothing. */
  missing(path: string): Page;
}

/** Reads and renders the guides below a folder that is laid out as the repository is. One after the other: other requests come between. */
export const loadSite = async (root: string): Promise<Site> => {
  const files = await readGuideFiles(root);
  const pathOf = (file: string): string | undefined => (files.has(file) || file === "docs/openapi.json" ? pathOfGuide(file) : undefined);
  const guides = new Map<string, RenderedGuide>();
  for (const [file, bytes] of files) {
    if (isGuide(file)) guides.set(file, renderGuide(pathOf, file, bytes.toString()));
    await setImmediate();
  }
  const navigation = navigationOf(guides);
  const assets = new Map<string, Asset>();
  for (const [file, bytes] of files) assets.set(pathOfGuide(file), await assetOf(file, bytes, pageOf(navigation, file, guides.get(file))));
  return { assets, ...answersOf(navigation, passagesOf(guides)) };
};

const reference: Link = { path: "/docs/api", title: "API reference" };

const navigationOf = (guides: ReadonlyMap<string, RenderedGuide>): Navigation => ({
  sections: arrangeGuides([...guides.keys()]).map((section, place) => {
    const links = section.guides.map((file) => ({ path: pathOfGuide(file), title: guides.get(file)?.title ?? file }));
    return { title: section.title, links: place === 1 ? [...links, reference] : links };
  }),
});

const pageOf = (navigation: Navigation, file: string, guide: RenderedGuide | undefined): Page | undefined =>
  guide && wrapPage(navigation, { title: guide.title, html: guideHtml(guide), path: pathOfGuide(file) });

const assetOf = async (file: string, bytes: Buffer, page: Page | undefined): Promise<Asset> => {
  const plain = page === undefined ? bytes : Buffer.from(page.html);
  const type = page === undefined ? mediaTypeOf(file) : "text/html; charset=utf-8";
  const etag = `"${createHash("sha256").update(plain).digest("base64url").slice(0, 22)}"`;
  return { type, policy: page?.policy, plain, gzipped: await promisify(gzip)(plain), etag };
};

const passagesOf = (guides: ReadonlyMap<string, RenderedGuide>): readonly Searchable[] =>
  [...guides].flatMap(([file, { title, passages }]) => passages.map((passage) => searchable(passage, pathOfGuide(file), title)));

const answersOf = (navigation: Navigation, passages: readonly Searchable[]): Pick<Site, "search" | "missing"> => {
  const links = navigation.sections.flatMap((section) => section.links);
  return {
    search: (asked) => {
      const query = asked.trim().slice(0, maxQueryLength);
      return wrapPage(navigation, { title: "Search", html: searchHtml(query, searchGuides(passages, query)), query });
    },
    missing: (path) => {
      if (passages.length === 0) return wrapPage(navigation, { title: "Not built", html: notBuiltHtml });
      return wrapPage(navigation, { title: "No such page", html: missingHtml(path, similarTo(links, path)) });
    },
  };
};

/** Pages that share a word with a path. */
const similarTo = (links: readonly Link[], path: string): readonly Link[] => {
  const words = new Set(wordsOf(path));
  return links.filter(({ path: known, title }) => [...wordsOf(known), ...wordsOf(title)].some((word) => words.has(word))).slice(0, maxSimilar);
};

const maxSimilar = 5;

/** Words of three letters and more; `docs`, which every path has, says nothing. */
const wordsOf = (text: string): readonly string[] =>
  text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length > 2 && word !== "docs" && word !== "html");
