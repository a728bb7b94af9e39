#!/usr/bin/env node
/** Copies the sources that no compiler touches (worker scripts, SQL, Lua) beside their compiled neighbours. */
import { copyFileSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const wanted = /\.(?:mjs|sql|lua)$/;

const filesIn = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? filesIn(join(folder, entry.name)) : [join(folder, entry.name)]));

for (const group of ["packages", "apps"]) {
  for (const workspace of readdirSync(join(root, group))) {
    const source = join(root, group, workspace, "src");
    const target = join(root, group, workspace, "dist");
    for (const file of filesIn(source).filter((name) => wanted.test(name) && !relative(source, name).includes("testing"))) {
      const copy = join(target, relative(source, file));
      mkdirSync(dirname(copy), { recursive: true });
      copyFileSync(file, copy);
    }
  }
}
