import { setImmediate as turnOfOthers } from "node:timers/promises";
import type { UsageMove } from "@keywright/core";
import { addRequests, countsOf, createLines, indexLines, lastUsesOf, type PageLines } from "./page-lines.ts";
import type { Page } from "./pages.ts";

/**
 * The counts of several pages, summed up: of a key that is on most of them the store has one row to write, where it would have one for each. Requests get
 * their turn after each page.
 */
export const mergePages = async (pages: readonly Page[]): Promise<Pick<UsageMove, "counts" | "lastUses">> => {
  const merged = createLines();
  indexLines(merged);
  const beganMs = pages.find((page) => page.beganMs !== undefined)?.beganMs ?? 0;
  for (const page of pages) {
    addLines(merged, page.lines, (page.beganMs ?? 0) - beganMs);
    await turnOfOthers();
  }
  return { counts: countsOf(merged), lastUses: lastUsesOf(merged, beganMs) };
};

/** `laterMs`: how much later the page was begun than the one that times are counted from. */
const addLines = (merged: PageLines, { keyIds, tenantIds, kindsOf, requests, kinds, acceptedMs, acceptedIps }: PageLines, laterMs: number): void => {
  for (const [line, keyId] of keyIds.entries()) {
    const kind = kinds[kindsOf[line] ?? 0];
    if (kind === undefined) continue;
    const first = addRequests(merged, { keyId, tenantId: tenantIds[line] ?? null, first: undefined }, { kind, times: requests[line] ?? 0 });
    const afterMs = acceptedMs[line];
    if (afterMs === undefined || (merged.acceptedMs[first] ?? Number.NEGATIVE_INFINITY) > afterMs + laterMs) continue;
    merged.acceptedMs[first] = afterMs + laterMs;
    merged.acceptedIps[first] = acceptedIps[line] ?? null;
  }
};
