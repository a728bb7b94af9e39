#!/usr/bin/env node
/**
 * Lays the built pages (`apps/dashboard/dist`) beside the built server, which serves them from there and takes them along when it is published: each
 * text file also compressed as small as it gets, so that no server has to. Does nothing where there is nothing new.
 */
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const root = fileURLToPath(new URL("..", import.meta.url));
const source = join(root, "apps/dashboard/dist");
const target = join(root, "apps/server/dist/dashboard");
const mark = join(target, ".packed");
const wanted = /\.(?:css|html|js|json|md|svg|txt)$/;

const filesIn = (folder) =>
  readdirSync(folder, { withFileTypes: true })
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesIn(join(folder, entry.name)) : [join(folder, entry.name)]));

const pack = (files) => {
  rmSync(target, { recursive: true, force: true });
  for (const file of files) {
    const copy = join(target, relative(source, file));
    mkdirSync(dirname(copy), { recursive: true });
    cpSync(file, copy);
    if (!wanted.test(file)) continue;
    const text = readFileSync(file);
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: text.length };
    writeFileSync(`${copy}.br`, brotliCompressSync(text, { params }));
    writeFileSync(`${copy}.gz`, gzipSync(text, { level: 9 }));
  }
};

if (existsSync(join(source, "index.html"))) {
  const files = filesIn(source);
  const hash = createHash("sha256");
  for (const file of files)
    hash
      .update(`${relative(source, file)}\0`)
      .update(readFileSync(file))
      .update("\0");
  const now = hash.digest("hex");
  if (!existsSync(mark) || readFileSync(mark, "utf8") !== now) {
    pack(files);
    writeFileSync(mark, now);
  }
}
