import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { drawCharts, type Results } from "./charts.ts";
import { modelTable } from "./model-table.ts";

const fileOf = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

export const committedResults: Results = (name) => JSON.parse(readFileSync(fileOf(`bench/results/${name}.json`), "utf8")) as ReturnType<Results>;

const [begin, end] = ["<!-- The model: written by `npm run bench -- docs`. -->", "<!-- The model ends. -->"] as const;

/** The page with the model's table in its place. */
const withModel = (page: string, results: Results): string => {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error("docs/performance.md has no place for the model's table.");
  return `${page.slice(0, from + begin.length)}\n\n${modelTable(results)}\n\n${page.slice(to)}`;
};

/** Everything in docs that comes from committed results, by the paths of the files. */
export const docsFrom = (results: Results): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(Object.entries(drawCharts(results)).map(([name, svg]) => [`docs/charts/${name}`, svg])),
  "docs/performance.md": withModel(readFileSync(fileOf("docs/performance.md"), "utf8"), results),
});

/** Answers the paths that were written. */
export const writeDocs = (): readonly string[] => {
  mkdirSync(fileOf("docs/charts"), { recursive: true });
  const docs = docsFrom(committedResults);
  for (const [path, content] of Object.entries(docs)) writeFileSync(fileOf(path), content);
  return Object.keys(docs);
};

/** What a file says now. */
export const committedDoc = (path: string): string => readFileSync(fileOf(path), "utf8");
