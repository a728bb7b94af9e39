import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";

/** What of the repository the site is made of; a folder with all that is in it. The build lays it beside the server, under the same names. */
export const guideSources: readonly string[] = [
  "README.md",
  "CHANGELOG.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "LICENSE",
  "docs",
  "ops",
  "examples/mail-api/README.md",
  "bench/alternatives/README.md",
];

/** Where a guide leads that the server has in a better form. */
const elsewhere: Readonly<Record<string, string>> = { "docs/openapi.json": "/docs/api" };

const types: Readonly<Record<string, string>> = { ".json": "application/json", ".png": "image/png", ".svg": "image/svg+xml" };

/** The media type of a file that is not made into a page: text, unless its name says otherwise. */
export const mediaTypeOf = (file: string): string => {
  const type = types[extname(file)] ?? "text/plain";
  return type === "image/png" ? type : `${type}; charset=utf-8`;
};

export const isGuide = (file: string): boolean => file.endsWith(".md");

/** The path at which the server has a file of the repository; `folder/README.md` is the folder's own page. */
export const pathOfGuide = (file: string): string => {
  const known = elsewhere[file];
  if (known !== undefined) return known;
  const name = placeOf(file)
    .replace(/\.md$/, "")
    .replace(/(?:^|\/)README$/, "");
  return name === "" ? "/docs" : `/docs/${name}`;
};

/** Guides stand at the top; what lies in the repository's own top would be taken for one of them, so it has a folder. */
const placeOf = (file: string): string => {
  if (!file.includes("/")) return `project/${file.toLowerCase()}`;
  return file.startsWith("docs/") ? file.slice("docs/".length) : file;
};

/** Repository path → bytes, of every source that is there. Empty where the build has laid nothing down. */
export const readGuideFiles = async (root: string): Promise<ReadonlyMap<string, Buffer>> => {
  const names = (await Promise.all(guideSources.map((source) => namesIn(root, source)))).flat().filter((name) => !Object.hasOwn(elsewhere, name));
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(root, name))] as const)));
};

const namesIn = async (root: string, source: string): Promise<readonly string[]> => {
  if (extname(source) !== "" || source === "LICENSE") return (await isThere(root, source)) ? [source] : [];
  const entries = await readdir(join(root, source), { recursive: true, withFileTypes: true }).catch(whereMissing<never[]>([]));
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll(sep, "/"));
};

const isThere = async (root: string, file: string): Promise<boolean> => (await readFile(join(root, file)).catch(whereMissing(undefined))) !== undefined;

const whereMissing =
  <T>(value: T) =>
  (error: NodeJS.ErrnoException): T => {
    if (error.code === "ENOENT") return value;
    throw error;
  };
