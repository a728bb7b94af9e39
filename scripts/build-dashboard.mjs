#!/usr/bin/env node
/** Builds the pages into `apps/dashboard/dist`, where anything that they are made of has changed since they were last built. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const app = join(root, "apps/dashboard");
const mark = join(root, ".cache/dashboard-built");

/** What the pages are made of. Their tests are no part of them. */
const sources = [
  "package-lock.json",
  "packages/contract/src",
  "packages/sdk/src",
  ...["index.html", "embed.html", "vite.config.ts", "package.json", "public", "src"].map((name) => `apps/dashboard/${name}`),
];

const filesIn = (path) => (statSync(path).isDirectory() ? readdirSync(path).flatMap((name) => filesIn(join(path, name))) : [path]);

const hash = createHash("sha256");
for (const file of sources.flatMap((path) => filesIn(join(root, path))).filter((path) => !/\.test\.tsx?$/.test(path))) {
  hash
    .update(`${file.slice(root.length)}\0`)
    .update(readFileSync(file))
    .update("\0");
}
const now = hash.digest("hex");

const isBuilt = existsSync(mark) && readFileSync(mark, "utf8") === now && existsSync(join(app, "dist/index.html"));
if (!isBuilt) {
  const vite = join(root, "node_modules/vite/bin/vite.js");
  const { status } = spawnSync(process.execPath, [vite, "build", "--logLevel", "warn"], { cwd: app, stdio: ["ignore", 2, 2] });
  if (status !== 0) process.exit(1);
  mkdirSync(join(root, ".cache"), { recursive: true });
  writeFileSync(mark, now);
}
