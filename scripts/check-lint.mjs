#!/usr/bin/env node
/**
 * Shows that the rules which keep the layers apart still find what they are for: each violation is written into a file of its own in that
 * workspace, and must be reported. A rule that no longer bites fails this check. One run of the linter for all: it reads the whole project each time.
 */
import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const violations = [
  ["packages/core/src", 'import fastify from "fastify";\nexport const probe = fastify;\n', "noUndeclaredDependencies"],
  ["packages/core/src", "export const probe = () => Date.now();\n", "noRestrictedGlobals"],
  ["packages/core/src", "export const probe = process.env;\n", "noProcessEnv"],
  ["packages/contract/src", 'import { verify } from "@keywright/core";\nexport const probe = verify;\n', "noUndeclaredDependencies"],
  ["packages/drivers/src/node", 'import { createStore } from "../postgres/store.ts";\nexport const probe = createStore;\n', "noRestrictedImports"],
  ["apps/server/src/handlers", 'import { createStore } from "@keywright/drivers";\nexport const probe = createStore;\n', "noRestrictedImports"],
  ["apps/server/src/handlers", "export const probe = process.env;\n", "noProcessEnv"],
];

const probes = violations.map(([folder, text, rule], number) => ({ file: `${folder}/lint-probe-${number}.ts`, text, rule }));
const lint = () => {
  const files = probes.map(({ file }) => file);
  const args = ["--no-install", "biome", "lint", "--colors=off", "--max-diagnostics=none", ...files];
  const { stdout, stderr } = spawnSync("npx", args, { cwd: root, encoding: "utf8", shell: process.platform === "win32" });
  return `${stdout}${stderr}`.split("\n");
};

try {
  for (const { file, text } of probes) writeFileSync(`${root}${file}`, text);
  const lines = lint();
  const missed = probes.filter(({ file, rule }) => !lines.some((line) => line.startsWith(`${file}:`) && line.includes(`/${rule}`)));
  for (const { file, text, rule } of missed) console.error(`${rule} does not find its violation in ${file}: ${text}`);
  if (missed.length === 0) console.log(`${probes.length} violations of the layering were all found.`);
  else process.exitCode = 1;
} finally {
  for (const { file } of probes) rmSync(`${root}${file}`, { force: true });
}
