#!/usr/bin/env node
/**
 * Shows that the rules which keep the layers apart still find what they are for: each violation is written into a copy of a workspace's
 * file and must be reported. A rule that no longer bites fails this check.
 */
import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const biome = (file) => spawnSync("npx", ["--no-install", "biome", "lint", file], { cwd: root, encoding: "utf8" });
const violations = [
  ["packages/core/src/lint-probe.ts", 'import fastify from "fastify";\nexport const probe = fastify;\n', "noUndeclaredDependencies"],
  ["packages/core/src/lint-probe.ts", "export const probe = () => Date.now();\n", "noRestrictedGlobals"],
  ["packages/core/src/lint-probe.ts", "export const probe = process.env;\n", "noProcessEnv"],
  ["packages/contract/src/lint-probe.ts", 'import { verify } from "@keywright/core";\nexport const probe = verify;\n', "noUndeclaredDependencies"],
  [
    "packages/drivers/src/node/lint-probe.ts",
    'import { createStore } from "../postgres/store.ts";\nexport const probe = createStore;\n',
    "noRestrictedImports",
  ],
  ["apps/server/src/handlers/lint-probe.ts", 'import { createStore } from "@keywright/drivers";\nexport const probe = createStore;\n', "noRestrictedImports"],
  ["apps/server/src/handlers/lint-probe.ts", "export const probe = process.env;\n", "noProcessEnv"],
];

let missed = 0;
for (const [file, text, rule] of violations) {
  const path = `${root}${file}`;
  writeFileSync(path, text);
  try {
    const { stdout, stderr } = biome(file);
    if (!`${stdout}${stderr}`.includes(rule)) {
      missed += 1;
      console.error(`${rule} does not find its violation in ${file}`);
    }
  } finally {
    rmSync(path);
  }
}
if (missed === 0) console.log(`${violations.length} violations of the layering were all found.`);
process.exit(missed === 0 ? 0 : 1);
