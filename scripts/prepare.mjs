#!/usr/bin/env node
/**
 * Makes a checkout ready with nothing but Node and npm: installs what the lock file names, if that is not installed yet, and
 * with `--build` builds. Both do nothing where there is nothing to do. Uses only what Node brings: it runs before anything is installed.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const mark = `${root}node_modules/.keywright-installed`;

const fail = (sentence) => {
  console.error(sentence);
  process.exit(1);
};

const run = (command, args, shown) => {
  console.error(`keywright: ${shown}`);
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ["ignore", 2, 2], shell: process.platform === "win32" });
  if (status !== 0) fail(`keywright: ${shown} failed${error ? `: ${error.message}` : ""}.`);
};

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) fail(`Keywright needs Node 20.19 or newer; this is ${process.versions.node}.`);

const read = (path) => {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
};

const lockHash = createHash("sha256")
  .update(read(`${root}package-lock.json`) ?? "")
  .update(process.versions.modules)
  .digest("hex");
if (read(mark)?.toString() !== lockHash) {
  run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], "installing dependencies");
  writeFileSync(mark, lockHash);
}
if (process.argv.includes("--build")) run("npm", ["run", "--silent", "build"], "building");
