import { existsSync, readFileSync } from "node:fs";
import type { Report } from "./figure.ts";

export interface Committed extends Report {
  readonly machine: Readonly<Record<string, unknown>>;
}

/** How much dearer a guarded figure may become. */
const tolerance = 1.1;

export const readCommitted = (file: string): Committed => {
  if (!existsSync(file)) throw new Error(`There is no committed result to compare with: ${file} is missing. Run without --check first.`);
  return JSON.parse(readFileSync(file, "utf8")) as Committed;
};

/** Whether no guarded figure is more than a tenth above the committed one; says so of each. */
export const checkAgainst = (committed: Committed, report: Report): boolean => {
  const guarded = report.figures.filter(({ isGuarded }) => isGuarded === true);
  if (guarded.length === 0) throw new Error("None of these figures is guarded: there is nothing to check.");
  return guarded
    .map(({ what, value }) => {
      const before = committed.figures.find((figure) => figure.what === what)?.value;
      const isFine = before === undefined || value <= before * tolerance;
      console.log(`${isFine ? "ok    " : "FAILED"}  ${what}: ${value.toFixed(2)}, committed ${before?.toFixed(2) ?? "nothing"}`);
      return isFine;
    })
    .every(Boolean);
};
