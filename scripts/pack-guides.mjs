#!/usr/bin/env node
/** Lays the guides, and what they lead to, beside the built server, which makes its documentation of them and takes them along when it is published. */
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { guideSources } from "../apps/server/dist/docs/site/guide-files.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const target = join(root, "apps/server/dist/guides");

rmSync(target, { recursive: true, force: true });
for (const source of guideSources) {
  mkdirSync(dirname(join(target, source)), { recursive: true });
  cpSync(join(root, source), join(target, source), { recursive: true });
}
