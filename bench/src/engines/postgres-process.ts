import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { type Core, pinned } from "./pinned.ts";

const installations = "/usr/lib/postgresql";

export interface PostgresProcess {
  readonly version: string;
  readonly pid: number;
  /** A new, empty database; its address. */
  newDatabase(name: string): string;
  stop(): Promise<void>;
}

interface PostgresOptions {
  /** Whether a commit waits for the disk; false where what is measured is not the disk. */
  readonly isSynced: boolean;
  readonly core?: Core;
}

/** The newest installed PostgreSQL on a free loopback port, with its default settings. */
export const startPostgres = async ({ isSynced, core }: PostgresOptions): Promise<PostgresProcess> => {
  const version = newestVersion();
  const binaries = join(installations, version, "bin");
  const folder = mkdtempSync(join(tmpdir(), "keywright-bench-postgres-"));
  const user = serverUser();
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  const options = { cwd: folder, ...user };
  const data = join(folder, "data");
  execFileSync(join(binaries, "initdb"), ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"], options);
  const port = await freePort();
  const settings = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    `fsync=${isSynced ? "on" : "off"}`,
    "max_connections=300",
    "lc_messages=C",
  ].flatMap((setting) => ["-c", setting]);
  const command = pinned([join(binaries, "postgres"), "-D", data, "-p", String(port), ...settings], core);
  const server = spawn(command.program, command.args, { ...options, stdio: ["ignore", "ignore", "pipe"] });
  await new Promise<void>((resolve, reject) => {
    server.stderr.on("data", (text: Buffer) => String(text).includes("ready to accept connections") && resolve());
    server.once("exit", () => reject(new Error("PostgreSQL did not start.")));
  });
  return {
    version,
    pid: server.pid ?? 0,
    newDatabase: (name) => {
      execFileSync(join(binaries, "createdb"), ["-h", "127.0.0.1", "-p", String(port), "-U", "postgres", name]);
      return `postgres://postgres@127.0.0.1:${port}/${name}`;
    },
    stop: async () => {
      server.kill("SIGQUIT");
      await once(server, "exit");
      rmSync(folder, { recursive: true });
    },
  };
};

const newestVersion = (): string => {
  const [version] = readdirSync(installations)
    .filter((entry) => /^\d+$/.test(entry))
    .sort((a, b) => Number(b) - Number(a));
  if (version === undefined) throw new Error(`There is no PostgreSQL under ${installations}.`);
  return version;
};

/** PostgreSQL refuses to run as root. */
const serverUser = (): { readonly uid: number; readonly gid: number } | undefined => {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag: string): number => Number(execFileSync("id", [flag, "postgres"]));
  return { uid: idOf("-u"), gid: idOf("-g") };
};
