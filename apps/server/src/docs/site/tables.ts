import type { Token } from "markdown-it";
import { type Anchors, plainText } from "./anchors.ts";

interface Cell {
  readonly open: Token;
  readonly inline: Token;
}

interface Row {
  readonly open: Token;
  readonly cells: Cell[];
}

/**
 * Makes tables readable where they are narrow, and linkable. Each cell bears the head of its column, for a row is shown as a list
 * where there is no room for columns, and the roles that this would take away. A row that begins with one name in code, such as an error's, has that
 * name as its anchor.
 */
export const nameRows = (tokens: readonly Token[], anchors: Anchors): void => {
  const state: { heads: readonly string[] } = { heads: [] };
  for (const row of rowsOf(tokens)) {
    row.open.attrSet("role", "row");
    if (row.cells[0]?.open.type === "th_open") state.heads = headsOf(row);
    else labelCells(row, state.heads);
    const name = nameOf(row);
    if (name !== undefined && anchors.take(name)) row.open.attrSet("id", name);
  }
};

const rowsOf = (tokens: readonly Token[]): readonly Row[] => {
  const rows: Row[] = [];
  for (const [index, token] of tokens.entries()) {
    const inline = tokens[index + 1];
    if (token.type === "tr_open") rows.push({ open: token, cells: [] });
    if (/^t[dh]_open$/.test(token.type) && inline !== undefined) rows.at(-1)?.cells.push({ open: token, inline });
  }
  return rows;
};

const headsOf = ({ cells }: Row): readonly string[] =>
  cells.map(({ open, inline }) => {
    open.attrSet("role", "columnheader");
    return plainText(inline);
  });

const labelCells = ({ cells }: Row, heads: readonly string[]): void => {
  for (const [column, { open }] of cells.entries()) {
    const head = heads[column] ?? "";
    open.attrSet("role", "cell");
    if (head !== "") open.attrSet("data-head", head);
  }
};

const nameOf = ({ cells: [cell] }: Row): string | undefined => {
  const [first, second] = (cell?.inline.children ?? []).filter(({ type, content }) => type !== "text" || content !== "");
  return first?.type === "code_inline" && second === undefined && /^[A-Za-z][\w.-]*$/.test(first.content) ? first.content : undefined;
};
