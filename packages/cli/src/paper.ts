import Table from "cli-table3";
import { printable } from "./printable.ts";

type Style = "good" | "bad" | "strong";

/** Text of a cell; an object where it has a colour. */
export type Cell = string | { readonly text: string; readonly style: Style };

/** Lays out what people read. Whatever is put in is made printable. */
export interface Paper {
  /** Columns with two spaces between, under a head. */
  readonly table: (head: readonly string[], rows: readonly (readonly Cell[])[]) => string;
  /** Name and value, a line each. */
  readonly fields: (fields: readonly (readonly [name: string, value: Cell])[]) => string;
  readonly line: (cell: Cell) => string;
}

/** SGR codes of ECMA-48. */
const codes: Readonly<Record<Style, string>> = { good: "32", bad: "31", strong: "1" };

const edges = ["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"] as const;
const lines = ["left", "left-mid", "mid", "mid-mid", "right", "right-mid"] as const;
const noBorders = { ...Object.fromEntries([...edges, ...lines].map((name) => [name, ""])), middle: "  " };

export const createPaper = (isColoured: boolean): Paper => {
  const ink = (cell: Cell): string => {
    if (typeof cell === "string") return printable(cell);
    const text = printable(cell.text);
    return isColoured ? `\u001b[${codes[cell.style]}m${text}\u001b[0m` : text;
  };
  const layOut = (rows: readonly (readonly Cell[])[]): string => {
    const table = new Table({ chars: noBorders, style: { "padding-left": 0, "padding-right": 0, head: [], border: [] } });
    table.push(...rows.map((row) => row.map(ink)));
    return trimLines(table.toString());
  };
  return {
    table: (head, rows) => layOut([head.map((text) => ({ text, style: "strong" })), ...rows]),
    fields: (fields) => layOut(fields.map(([name, value]) => [{ text: name, style: "strong" }, value])),
    line: ink,
  };
};

/** The last column is padded too; nobody wants that when copying. */
const trimLines = (text: string): string => text.replace(/ +$/gm, "");
