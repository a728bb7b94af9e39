import type { UsageStore } from "../ports/usage-store.ts";
import type { UsageQuestion } from "./summarize-usage.ts";

/** Rows that are in memory at once. */
const rowsPerRead = 2_000;

interface ExportDeps {
  readonly usage: Pick<UsageStore, "rows">;
}

export type UsagePage = Awaited<ReturnType<UsageStore["rows"]>>;

/**
 * All rows of an answer, oldest first, a page at a time: one bucket is read after the other, so that neither this process nor the store ever has
 * more of them than a page, however long the range is. What is counted meanwhile may be in a bucket that is yet to be read.
 */
export async function* exportUsage({ usage }: ExportDeps, { filter, by }: UsageQuestion): AsyncGenerator<UsagePage> {
  for (let fromMs = filter.fromMs; fromMs < filter.toMs; fromMs += filter.bucketMs) {
    const bucket = { ...filter, fromMs, toMs: fromMs + filter.bucketMs };
    let after: UsagePage[number] | null = null;
    do {
      const page: UsagePage = await usage.rows(bucket, by, { limit: rowsPerRead, after });
      if (page.length > 0) yield page;
      after = page.length < rowsPerRead ? null : (page.at(-1) ?? null);
    } while (after !== null);
  }
}
