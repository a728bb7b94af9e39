#!/usr/bin/env node
/**
 * Runs every test, then says which suites were skipped and closes with one line that counts them all.
 * `npm test -- <pattern>` runs some.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { summarize } from "./test-summary.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const report = `${root}.cache/tests.json`;
mkdirSync(`${root}.cache`, { recursive: true });
rmSync(report, { force: true });

const args = ["vitest", "run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`, ...process.argv.slice(2)];
const { status } = spawnSync("npx", ["--no-install", ...args], { cwd: root, stdio: "inherit", shell: process.platform === "win32" });

const { suites, line } = summarize(report);
for (const suite of suites) console.log(`skipped: ${suite}`);
console.log(line);
process.exit(status ?? 1);
