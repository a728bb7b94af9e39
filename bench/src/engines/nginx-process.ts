import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { freePort } from "./free-port.ts";
import { type Core, pinned } from "./pinned.ts";

export interface NginxProcess {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Which nginx there is; undefined: none, or one without the module that `auth_request` needs. */
export const nginxVersion = (): string | undefined => {
  const { status, stderr } = spawnSync("nginx", ["-V"], { encoding: "utf8" });
  if (status !== 0 || !stderr.includes("http_auth_request_module")) return undefined;
  return /nginx\/(\S+)/.exec(stderr)?.[1];
};

interface NginxOptions {
  /** What stands in the block `http`: given the port to listen on, and a folder with what it may serve. */
  readonly http: (port: number, folder: string) => string;
  /** Files of that folder. */
  readonly files: Readonly<Record<string, string>>;
  readonly core: Core;
}

/** nginx with one worker on a free loopback port. */
export const startNginx = async ({ http, files, core }: NginxOptions): Promise<NginxProcess> => {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "keywright-bench-nginx-"));
  mkdirSync(join(folder, "temporary"));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const file = join(folder, "nginx.conf");
  writeFileSync(file, configuration(folder, http(port, folder)));
  execFileSync("nginx", ["-t", "-q", "-c", file, "-p", folder]);
  const command = pinned(["nginx", "-c", file, "-p", folder], core);
  const server = spawn(command.program, command.args, { stdio: ["ignore", "inherit", "inherit"] });
  await answering(port);
  return {
    port,
    pid: server.pid ?? 0,
    stop: async () => {
      server.kill("SIGTERM");
      if (server.exitCode === null && server.signalCode === null) await once(server, "exit");
      rmSync(folder, { recursive: true });
    },
  };
};

/** A worker that root starts gives up root's rights, and could then not read a folder of root's own. */
const configuration = (folder: string, http: string): string => `${process.getuid?.() === 0 ? "user root;" : ""}
daemon off;
pid ${folder}/nginx.pid;
worker_processes 1;
error_log stderr error;
events { worker_connections 4096; }
http {
  access_log off;
  keepalive_requests 100000000;
  ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder}/temporary/${name};`).join("\n  ")}
${http}
}
`;

const startDeadlineMs = 10_000;

/** nginx does not say when it is ready. */
const answering = async (port: number): Promise<void> => {
  const deadlineMs = performance.now() + startDeadlineMs;
  while (!(await isOpen(port))) {
    if (performance.now() > deadlineMs) throw new Error("nginx does not listen.");
    await setTimeout(50);
  }
};

const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
