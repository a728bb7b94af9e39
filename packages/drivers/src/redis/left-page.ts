import type { UsageMove } from "@keywright/core";
import { countsOf, indexLines, lastUsesOf } from "./page-lines.ts";
import { createPage, type Page, tally } from "./pages.ts";

/** Elements of the list that one read brings: two for each batch. */
const elementsPerRead = 200;
const refusals: Readonly<Record<string, string>> = { "1": "RATE_LIMITED", "2": "QUOTA_EXCEEDED" };
const notCounted = "-";

/**
 * The counts of a page that a dead process left in the ledger. `read` gives the list's elements from one place to another, both inclusive: for each
 * batch the record that `spend-batch.ts` made, and what `spend.lua` made of it: when it ran, and an outcome a request.
 */
export const readLeftPage = async (read: (from: number, to: number) => Promise<unknown>): Promise<Pick<UsageMove, "counts" | "lastUses">> => {
  const page = createPage("");
  indexLines(page.lines);
  for (let from = 0; ; from += elementsPerRead) {
    const elements = (await read(from, from + elementsPerRead - 1)) as readonly Buffer[];
    for (let i = 0; i + 1 < elements.length; i += 2) tallyBatch(page, String(elements[i]), String(elements[i + 1]));
    if (elements.length < elementsPerRead) return { counts: countsOf(page.lines), lastUses: lastUsesOf(page.lines, page.beganMs ?? 0) };
  }
};

const tallyBatch = (page: Page, record: string, became: string): void => {
  const [nowMs = "", outcomes = ""] = became.split(" ");
  let tail: readonly string[] = [];
  record.split("\n").forEach((line, index) => {
    const [keyId = "", tenantId = "", ...own] = line.split(" ");
    // A line that says no more is otherwise as the one before.
    if (own.length > 0) tail = own;
    const outcome = outcomes[index] ?? notCounted;
    if (outcome !== notCounted) tallyLine(page, tail, { keyId, tenantId: tenantId === "" ? null : tenantId, outcome, nowMs: Number(nowMs) });
  });
};

interface Line {
  readonly keyId: string;
  readonly tenantId: string | null;
  readonly outcome: string;
  readonly nowMs: number;
}

const tallyLine = (page: Page, tail: readonly string[], { keyId, tenantId, outcome, nowMs }: Line): void => {
  const [decided = "", ip = "", times = "", ...label] = tail;
  const requests = Number(times);
  // A line that is not as it was written must not stand in the way of all others.
  if (!Number.isSafeInteger(requests) || requests < 1) return;
  tally(
    page,
    { keyId, tenantId, first: undefined },
    { tenantId, endpoint: label.join(" "), outcome: refusals[outcome] ?? decided, nowMs, ip: ip === "" ? null : ip, times: requests },
  );
};
