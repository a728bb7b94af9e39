#!/usr/bin/env node
/**
 * Completes package-lock.json with the optional packages of other platforms. An `npm install` against a registry that lacks some of them leaves
 * them out of the lock, and `npm ci` then refuses the lock everywhere. Their version is what their parent asks for; their platform is in their name.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const file = fileURLToPath(new URL("../package-lock.json", import.meta.url));
const lock = JSON.parse(readFileSync(file, "utf8"));

const systems = ["aix", "android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "sunos", "win32"];
const cpus = {
  arm: "arm",
  arm64: "arm64",
  gnueabihf: "arm",
  ia32: "ia32",
  loong64: "loong64",
  ppc64: "ppc64",
  riscv64: "riscv64",
  s390x: "s390x",
  x64: "x64",
  wasm32: "wasm32",
};

const platformOf = (name) => {
  const words = name.split(/[/-]/);
  const os = systems.find((system) => words.includes(system));
  const cpu = words.map((word) => cpus[word]).find((found) => found !== undefined);
  const libc = words.includes("musl") || words.includes("musleabihf") ? "musl" : words.includes("gnu") || words.includes("gnueabihf") ? "glibc" : undefined;
  return { ...(cpu && { cpu: [cpu] }), ...(os === "linux" && libc && { libc: [libc] }), ...(os && { os: [os] }) };
};

const missing = Object.values(lock.packages).flatMap((entry) =>
  Object.entries(entry.optionalDependencies ?? {})
    .filter(([name]) => lock.packages[`node_modules/${name}`] === undefined)
    .map(([name, version]) => ({ name, version, dev: entry.dev })),
);
for (const { name, version, dev } of missing) {
  if (!/^\d+\.\d+\.\d+/.test(version)) throw new Error(`${name} is asked for as ${version}, which names no exact version.`);
  lock.packages[`node_modules/${name}`] = { version, ...platformOf(name), ...(dev && { dev }), optional: true };
}
const sorted = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify({ ...lock, packages: sorted }, null, 2)}\n`);
console.log(missing.length === 0 ? "The lock file is complete." : `Added ${missing.length} packages of other platforms.`);
