#!/usr/bin/env node
/**
 * Everything that CI checks, two steps at a time, each with its time and what it said when it ends; the tests alone, and last. `--no-tests` leaves
 * the tests to whoever ran them, `--no-build` the build to whoever has just made it.
 */
import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const env = { ...process.env, PATH: `${join(root, "node_modules/.bin")}${delimiter}${process.env.PATH ?? ""}` };
const atOnce = 2;
const leaves = (what) => process.argv.includes(`--no-${what}`);

const build = ["install and build", "node scripts/prepare.mjs --build"];
/** Alone: for a moment there are files in the workspaces that no other step may see. */
const probing = ["the linter still bites", "node scripts/check-lint.mjs"];
/** The longest first: what is short fills the end. */
const steps = [
  ["protocol model", "node scripts/verify-protocol.mjs"],
  ["unused code", "knip"],
  ["unused code of the product", "knip --production --include files,dependencies"],
  ["lint with types", "oxlint --config .oxlintrc.json --type-aware --deny-warnings packages apps examples e2e bench"],
  ["types of the tests", "tsc -p tsconfig.tests.json"],
  ["the lock file", "npm ci --dry-run --no-audit --no-fund --loglevel=error"],
  ["format and lint", "biome ci --colors=off --error-on-warnings ."],
  ["generated docs", "node scripts/generate-docs.mjs --check"],
];
const tests = ["tests", "npm test"];

/** Resolves with whether it went well. What it says is kept together, unless it is shown as it comes. */
const run = async ([name, command], { isShown } = { isShown: false }) => {
  const started = performance.now();
  const child = spawn(command, { cwd: root, env, stdio: isShown ? "inherit" : ["ignore", "pipe", "pipe"], shell: true });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => said.push(chunk));
  const status = await new Promise((resolve) => child.once("close", resolve));
  process.stdout.write(Buffer.concat(said));
  console.log(`${status === 0 ? "ok    " : "FAILED"}  ${name}  (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  return status === 0;
};

const must = async (passed) => {
  if (!(await passed)) process.exit(1);
};

if (!leaves("build")) await must(run(build, { isShown: true }));
await must(run(probing));
const waiting = [...steps];
const results = [];
const work = async () => {
  for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) results.push(await run(step));
};
await Promise.all(Array.from({ length: atOnce }, work));
await must(results.every(Boolean));
if (!leaves("tests")) await must(run(tests, { isShown: true }));
