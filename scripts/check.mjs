#!/usr/bin/env node
/** Everything that CI checks, one step after the other, each with its time. `--no-tests` leaves the tests to whoever ran them. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const steps = [
  ["the lock file", "npm ci --dry-run --no-audit --no-fund --loglevel=error"],
  ["install and build", "node scripts/prepare.mjs --build"],
  ["format and lint", "npx --no-install biome ci --colors=off --error-on-warnings ."],
  ["lint with types", "npx --no-install oxlint --config .oxlintrc.json --type-aware --deny-warnings packages apps examples e2e bench"],
  ["types of the tests", "npx --no-install tsc -p tsconfig.tests.json"],
  ["unused code", "npx --no-install knip"],
  ["unused code of the product", "npx --no-install knip --production --include files,dependencies"],
  ["the linter still bites", "node scripts/check-lint.mjs"],
  ["generated docs", "node scripts/generate-docs.mjs --check"],
  ["protocol model", "node scripts/verify-protocol.mjs"],
  ["tests", "npm test"],
].filter(([name]) => !(name === "tests" && process.argv.includes("--no-tests")));

for (const [name, command] of steps) {
  const started = performance.now();
  const { status } = spawnSync(command, { cwd: root, stdio: "inherit", shell: true });
  console.log(`${status === 0 ? "ok    " : "FAILED"}  ${name}  (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  if (status !== 0) process.exit(1);
}
