import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import type { Figure } from "./figure.ts";
import { measureGrowth } from "./growth.ts";
import { measureStartup } from "./startup.ts";

const benchmarks: Readonly<Record<string, () => Promise<readonly Figure[]>>> = { startup: measureStartup, growth: measureGrowth };

const results = fileURLToPath(new URL("../results/", import.meta.url));

const machine = () => ({
  node: process.versions.node,
  platform: `${process.platform} ${process.arch}`,
  cpu: cpus()[0]?.model ?? "unknown",
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
});

const lineOf = ({ what, value, unit, bar }: Figure): string => {
  const held = bar === undefined ? "" : `  (bar ${bar} ${unit}: ${value <= bar ? "held" : "MISSED"})`;
  return `${what.padEnd(64)} ${value.toFixed(1).padStart(8)} ${unit}${held}`;
};

const run = async (name: string, measure: () => Promise<readonly Figure[]>): Promise<void> => {
  const figures = await measure();
  console.log([`\n${name}`, ...figures.map(lineOf)].join("\n"));
  mkdirSync(results, { recursive: true });
  writeFileSync(`${results}${name}.json`, `${JSON.stringify({ machine: machine(), figures }, null, 2)}\n`);
};

const names = process.argv.slice(2).filter((argument) => !argument.startsWith("-"));
const unknown = names.find((name) => !(name in benchmarks));
if (unknown !== undefined) {
  console.error(`There is no benchmark ${unknown}; there are: ${Object.keys(benchmarks).join(", ")}.`);
  process.exit(2);
}
for (const [name, measure] of Object.entries(benchmarks)) if (names.length === 0 || names.includes(name)) await run(name, measure);
