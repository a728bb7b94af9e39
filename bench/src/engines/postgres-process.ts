import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const installations = "/usr/lib/postgresql";

export interface PostgresProcess {
  readonly version: string;
  /** A new, empty database; its address. */
  newDatabase(name: string): string;
  stop(): Promise<void>;
}

/** The newest installed PostgreSQL on a free loopback port, with its default settings but for fsync: what is measured is not the disk. */
export const startPostgres = async (): Promise<PostgresProcess> => {
  const version = newestVersion();
  const binaries = join(installations, version, "bin");
  const folder = mkdtempSync(join(tmpdir(), "keywright-bench-postgres-"));
  const user = serverUser();
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  const options = { cwd: folder, ...user };
  const data = join(folder, "data");
  execFileSync(join(binaries, "initdb"), ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"], options);
  const port = await freePort();
  const settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off", "lc_messages=C"].flatMap((setting) => ["-c", setting]);
  const server = spawn(join(binaries, "postgres"), ["-D", data, "-p", String(port), ...settings], { ...options, stdio: ["ignore", "ignore", "pipe"] });
  await new Promise<void>((resolve, reject) => {
    server.stderr.on("data", (text: Buffer) => String(text).includes("ready to accept connections") && resolve());
    server.once("exit", () => reject(new Error("PostgreSQL did not start.")));
  });
  return {
    version,
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

const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("There is no free port.");
  return address.port;
};
