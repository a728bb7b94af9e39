import { Readable, type Transform } from "node:stream";
import { askUsage, exportUsage, type UsageQuestion } from "@keywright/core";
import { stringify } from "csv-stringify";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { begun } from "./begun.ts";
import { groupFields, toGroupFields, toUsageFilter, toUsageRequest } from "./get-usage.ts";
import { toTime } from "./wire-form.ts";

/** Whoever reads slowly keeps a page of rows waiting, and no connection to the store. */
export const exportUsageHandler =
  (engine: Engine): Handler<"export-usage"> =>
  async ({ actor, query }) => {
    const { format = "json" } = query;
    const question = await askUsage(engine, toUsageRequest(engine, { actor, query, filter: toUsageFilter(query) }));
    await engine.deliverUsage();
    const rows = await begun(rowsOf(engine, question));
    const headers = { "content-disposition": `attachment; filename="usage.${format}"` };
    if (format === "json")
      return { status: 200, stream: Readable.from(toJson(rows)), headers: { ...headers, "content-type": "application/json; charset=utf-8" } };
    return { status: 200, stream: toCsv(rows, question), headers: { ...headers, "content-type": "text/csv; charset=utf-8" } };
  };

type Row = Readonly<Record<string, string | number>>;

async function* rowsOf({ store }: Engine, question: UsageQuestion): AsyncGenerator<Row> {
  for await (const page of exportUsage({ usage: store.usage }, question)) {
    for (const { startMs, values, requests, errors } of page) yield { start: toTime(startMs), ...toGroupFields(question.by, values), requests, errors };
  }
}

async function* toJson(rows: AsyncIterable<Row>): AsyncGenerator<string> {
  yield '{"data":[';
  let between = "\n";
  for await (const row of rows) {
    yield between + JSON.stringify(row);
    between = ",\n";
  }
  yield "\n]}\n";
}

/** A cell that a spreadsheet would take for a formula is told as text. */
const toCsv = (rows: AsyncIterable<Row>, { by }: UsageQuestion): Transform => {
  const lines = stringify({ header: true, columns: ["start", ...groupFields(by), "requests", "errors"], escape_formulas: true });
  const source = Readable.from(rows);
  source.on("error", (error) => lines.destroy(error));
  lines.on("close", () => source.destroy());
  return source.pipe(lines);
};
