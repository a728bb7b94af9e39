import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import { loadOnce } from "../load-once.ts";

/** A file of the pages, with what was compressed of it when it was built. */
export interface PageFile {
  readonly type: string;
  readonly etag: string;
  /** Named by its content, so that a browser keeps it for ever. */
  readonly isImmutable: boolean;
  readonly plain: Buffer;
  readonly br: Buffer | undefined;
  readonly gzip: Buffer | undefined;
}

/** Path below the folder, such as `assets/index-1a2b.js` → file. */
export type Pages = ReadonlyMap<string, PageFile>;

const types: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".md": "text/plain; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

/**
 * The pages' files, read on the first visit and kept: they are few, and a path is only ever looked up among them. Where the folder is not there, there
 * are none. It is looked for again on the next visit, as after a failure.
 */
export const createPagesLoader = (folder: string): (() => Promise<Pages>) =>
  loadOnce(
    () => loadPages(folder),
    (pages) => pages.size > 0,
  );

const loadPages = async (folder: string): Promise<Pages> => {
  const names = await namesIn(folder);
  const known = new Set(names);
  const entries = await Promise.all(names.filter(isPage).map(async (name) => [name, await readPage(folder, name, known)] as const));
  return new Map(entries);
};

const isPage = (name: string): boolean => Object.hasOwn(types, extname(name));

const namesIn = async (folder: string): Promise<readonly string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, "/"));
};

const readPage = async (folder: string, name: string, known: ReadonlySet<string>): Promise<PageFile> => {
  const read = async (suffix: string): Promise<Buffer | undefined> => (known.has(name + suffix) ? readFile(join(folder, name + suffix)) : undefined);
  const [plain, br, gzip] = await Promise.all([read(""), read(".br"), read(".gz")]);
  if (plain === undefined) throw new Error(`${name} is not there any more.`);
  const etag = `"${createHash("sha256").update(plain).digest("base64url").slice(0, 22)}"`;
  return { type: types[extname(name)] ?? "application/octet-stream", etag, isImmutable: name.startsWith("assets/"), plain, br, gzip };
};
