import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { measureConnections } from "./capacity/connections.ts";
import { measureKeys, measureMillion } from "./capacity/keys.ts";
import { measureProcesses } from "./capacity/processes.ts";
import { type Committed, checkAgainst, readCommitted } from "./check.ts";
import { measureDashboard } from "./dashboard/dashboard.ts";
import { writeDocs } from "./docs/write-docs.ts";
import { pinning } from "./engines/pinned.ts";
import { type Figure, isHeld, type Report } from "./figure.ts";
import { measureGrowth, measureTenMillion } from "./growth.ts";
import { type Options, type Order, readOrder, usage } from "./options.ts";
import { measureStartup } from "./startup.ts";
import { measureRequestLog } from "./usage/request-log.ts";
import { measureUsage } from "./usage/usage.ts";
import { measureViewers } from "./usage/viewers.ts";
import { measureAlternatives } from "./verify/alternatives.ts";
import { measureForwardAuth } from "./verify/forward-auth.ts";
import { measureInProcess } from "./verify/in-process.ts";
import { measureMiddleware } from "./verify/middleware.ts";
import { measureScenarios } from "./verify/scenarios.ts";
import { measureVerify } from "./verify/verify.ts";

const benchmarks: Readonly<Record<string, (options: Options) => Promise<Report>>> = {
  startup: measureStartup,
  growth: measureGrowth,
  "ten-million": measureTenMillion,
  verify: measureVerify,
  scenarios: measureScenarios,
  alternatives: measureAlternatives,
  "in-process": measureInProcess,
  "forward-auth": measureForwardAuth,
  middleware: measureMiddleware,
  capacity: measureKeys,
  million: measureMillion,
  connections: measureConnections,
  processes: measureProcesses,
  usage: measureUsage,
  "request-log": measureRequestLog,
  viewers: measureViewers,
  dashboard: measureDashboard,
};
/** Measures nothing: draws what is committed. */
const docs = "docs";
/** What takes long, or ten gigabytes of disk, runs when it is asked for. */
const unasked = ["million", "ten-million"];
/** What `--check` runs. */
const guarded = ["verify"];

const results = fileURLToPath(new URL("../results/", import.meta.url));

const machine = () => ({
  node: process.versions.node,
  platform: `${process.platform} ${process.arch}`,
  cpu: cpus()[0]?.model ?? "unknown",
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  pinning: pinning ?? "none",
});

const inDigits = (value: number): string => value.toFixed(value < 10 ? 2 : 1);

const lineOf = (figure: Figure): string => {
  const { what, value, unit, bar, atLeast, least, most } = figure;
  const limit = bar === undefined ? atLeast : bar;
  const held = limit === undefined ? "" : `  (bar ${bar === undefined ? "≥" : "≤"} ${limit} ${unit}: ${isHeld(figure) ? "held" : "MISSED"})`;
  const spread = least === undefined || most === undefined ? "" : `  ${inDigits(least)} to ${inDigits(most)} a round`;
  return `${what.padEnd(64)} ${inDigits(value).padStart(8)} ${unit}${spread}${held}`;
};

const run = async (name: string, options: Options): Promise<Report> => {
  const measure = benchmarks[name];
  if (measure === undefined) throw new RangeError(`There is no benchmark ${name}.`);
  const report = await measure(options);
  console.log(`\n${name}`);
  if (report.table !== undefined) console.table(report.table);
  console.log([...report.figures.map(lineOf), ...(report.notes ?? [])].join("\n"));
  return report;
};

const record = (name: string, report: Report): void => {
  mkdirSync(results, { recursive: true });
  writeFileSync(`${results}${name}.json`, `${JSON.stringify({ machine: machine(), ...report } satisfies Committed, null, 2)}\n`);
};

const readArguments = (): Order => {
  try {
    const order = readOrder(process.argv.slice(2));
    const unknown = order.names.find((name) => name !== docs && !(name in benchmarks));
    if (unknown !== undefined) throw new RangeError(`There is no benchmark ${unknown}.`);
    return order;
  } catch (error) {
    console.error(
      `${error instanceof Error ? error.message : String(error)}\nThere are: ${Object.keys(benchmarks).join(", ")}; ${docs} draws the charts of docs/performance.md from their results. ${usage}`,
    );
    process.exit(2);
  }
};

const { names, isCheck, options } = readArguments();
if (names.includes(docs)) console.log(writeDocs().join("\n"));
const asked = Object.keys(benchmarks).filter((name) => !unasked.includes(name));
const chosen = names.filter((name) => name !== docs);
for (const name of names.length > 0 ? chosen : isCheck ? guarded : asked) {
  const report = await run(name, options);
  if (!isCheck) record(name, report);
  else if (!checkAgainst(readCommitted(`${results}${name}.json`), report)) process.exitCode = 1;
}
