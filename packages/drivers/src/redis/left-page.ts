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
  record.split("\n").forEach((line, index) => {
    const outcome = outcomes[index] ?? notCounted;
    if (outcome === notCounted) return;
    const [keyId = "", tenantId = "", decided = "", ip = "", times = "", ...label] = line.split(" ");
    const requests = Number(times);
    // A line that is not as it was written must not stand in the way of all others.
    if (!Number.isSafeInteger(requests) || requests < 1) return;
    const given = tenantId === "" ? null : tenantId;
    tally(
      page,
      { keyId, tenantId: given, first: undefined },
      {
        tenantId: given,
        endpoint: label.join(" "),
        outcome: refusals[outcome] ?? decided,
        nowMs: Number(nowMs),
        ip: ip === "" ? null : ip,
        times: requests,
      },
    );
  });
};
