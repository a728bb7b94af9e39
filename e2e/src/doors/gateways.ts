import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { freePort, makeFolder, removeFolder, root } from "../keywright-process.ts";
import type { Door } from "./guarded-apps.ts";

export interface Behind {
  readonly keywright: string;
  readonly api: string;
  readonly rootKey: string;
}

interface Gateway {
  readonly name: string;
  readonly program: string;
  readonly tellsCode: boolean;
  /** The shipped files, the one that is started first. */
  readonly files: readonly string[];
  readonly args: (file: string, folder: string) => readonly string[];
  /** What the shipped files say of their surroundings, and what that is here. */
  readonly surroundings: (behind: Behind, port: number, folder: string) => Readonly<Record<string, string>>;
}

const fetched = (name: string): string => join(root, ".cache/gateways/bin", name);
const hostOf = (base: string): string => new URL(base).host;
const portOf = (base: string): string => new URL(base).port;

const gateways: readonly Gateway[] = [
  {
    name: "nginx",
    program: "/usr/sbin/nginx",
    tellsCode: false,
    files: ["nginx/nginx.conf"],
    args: (file, folder) => ["-c", file, "-p", folder, "-g", `daemon off; pid ${folder}/nginx.pid; ${process.getuid?.() === 0 ? "user root;" : ""}`],
    surroundings: ({ keywright, api, rootKey }, port, folder) => ({
      "keywright.internal:4747": hostOf(keywright),
      "api.internal:3000": hostOf(api),
      "listen 8080": `listen 127.0.0.1:${port}`,
      "include /etc/nginx/keywright-root-key.conf;": `set $keywright_root_key "${rootKey}";`,
      "worker_processes auto;": "worker_processes 1; error_log stderr crit;",
      "  # A header": `  access_log off; client_body_temp_path ${folder}/a; proxy_temp_path ${folder}/b; fastcgi_temp_path ${folder}/c; uwsgi_temp_path ${folder}/d; scgi_temp_path ${folder}/e;\n  # A header`,
    }),
  },
  {
    name: "Envoy",
    program: fetched("envoy"),
    tellsCode: true,
    files: ["envoy/envoy.yaml"],
    args: (file) => ["-c", file, "--concurrency", "1", "--log-level", "error", "--disable-hot-restart"],
    surroundings: ({ keywright, api, rootKey }, port) => ({
      "address: keywright.internal, port_value: 4747": `address: 127.0.0.1, port_value: ${portOf(keywright)}`,
      "address: api.internal, port_value: 3000": `address: 127.0.0.1, port_value: ${portOf(api)}`,
      "address: 0.0.0.0, port_value: 8080": `address: 127.0.0.1, port_value: ${port}`,
      "http://keywright.internal:4747": keywright,
      PUT_THE_ROOT_KEY_HERE: rootKey,
    }),
  },
  {
    name: "Traefik",
    program: fetched("traefik"),
    tellsCode: true,
    files: ["traefik/traefik.yml", "traefik/keywright.yml"],
    args: (file) => [`--configFile=${file}`],
    surroundings: ({ keywright, api }, port, folder) => ({
      "http://keywright.internal:4747": keywright,
      "http://api.internal:3000": api,
      '":8080"': `"127.0.0.1:${port}"`,
      "/etc/traefik/keywright.yml": join(folder, "keywright.yml"),
    }),
  },
  {
    name: "Caddy",
    program: fetched("caddy"),
    tellsCode: true,
    files: ["caddy/Caddyfile"],
    args: (file) => ["run", "--config", file, "--adapter", "caddyfile"],
    surroundings: ({ keywright, api }, port) => ({
      "keywright.internal:4747": hostOf(keywright),
      "api.internal:3000": hostOf(api),
      ":8080": `http://127.0.0.1:${port}`,
    }),
  },
];

/** Names of the gateways that this machine lacks. */
export const missingGateways = (): readonly string[] => gateways.filter(({ program }) => !existsSync(program)).map(({ name }) => name);

/** Starts every gateway with the configuration that is shipped, its addresses changed to those of here. */
export const startGateways = (behind: Behind): Promise<Door[]> =>
  Promise.all(gateways.filter(({ program }) => existsSync(program)).map((gateway) => startGateway(gateway, behind)));

const startGateway = async ({ name, program, tellsCode, files, args, surroundings }: Gateway, behind: Behind): Promise<Door> => {
  const folder = await makeFolder(`gateway-${name}`);
  const port = await freePort();
  const here = Object.entries(surroundings(behind, port, folder));
  for (const shipped of files) {
    const text = await readFile(join(root, "ops/gateways", shipped), "utf8");
    await writeFile(
      join(folder, fileName(shipped)),
      here.reduce((changed, [there, now]) => changed.replaceAll(there, now), text),
    );
  }
  const file = join(folder, fileName(files[0] ?? ""));
  const env = { PATH: process.env["PATH"] ?? "", HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder, KEYWRIGHT_ROOT_KEY: behind.rootKey };
  const child = spawn(program, args(file, folder), { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  const output = { text: "" };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      output.text += chunk;
    });
  }
  await answering(child, port, () => `${name}: ${output.text.slice(-2_000)}`);
  return {
    name,
    base: `http://127.0.0.1:${port}`,
    tellsCode,
    stop: async () => {
      // Not SIGKILL: an nginx that is killed leaves its workers behind.
      child.kill("SIGTERM");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      await removeFolder(folder);
    },
  };
};

const fileName = (path: string): string => path.split("/").at(-1) ?? path;

const answering = async (child: ChildProcess, port: number, why: () => string): Promise<void> => {
  for (let tries = 0; tries < 300; tries++) {
    if (child.exitCode !== null) throw new Error(`The gateway ended with ${child.exitCode}. ${why()}`);
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => {
        socket.destroy();
        resolve(true);
      }).once("error", () => resolve(false));
    });
    if (isOpen) return;
    await setTimeout(100);
  }
  throw new Error(`The gateway did not listen. ${why()}`);
};
