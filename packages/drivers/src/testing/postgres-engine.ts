import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chown, mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env, getuid } from "node:process";
import { promisify } from "node:util";
import { Client } from "pg";
import { afterAll, beforeAll, describe, it } from "vitest";

const run = promisify(execFile);
const installations = "/usr/lib/postgresql";
const superuser = "postgres";

export interface PostgresServer {
  /** A new, empty database; its address. */
  newDatabase(): Promise<string>;
}

interface StartedServer extends PostgresServer {
  stop(): Promise<void>;
}

/**
 * A suite on a PostgreSQL server of its own, started before it and stopped after it. Where the server's binaries are missing,
 * the suite is skipped and says so; with `KEYWRIGHT_TEST_REQUIRE=postgres` it fails instead.
 */
export const describeWithPostgres = async (name: string, suite: (server: () => PostgresServer) => void): Promise<void> => {
  const found = await newestInstallation();
  if (found === undefined) {
    const reason = `no server binaries under ${installations}`;
    if (required()) it(`${name}: ${reason}`, () => Promise.reject(new Error(`KEYWRIGHT_TEST_REQUIRE names postgres, but there are ${reason}.`)));
    else
      describe.skip(`${name}: skipped, ${reason}`, () =>
        suite(() => {
          throw new Error(reason);
        }));
    return;
  }
  describe(`${name} ${found.version}`, () => {
    let server: StartedServer | undefined;
    beforeAll(async () => {
      server = await startServer(found.binaries);
    });
    afterAll(async () => {
      await server?.stop();
    });
    suite(() => {
      if (server === undefined) throw new Error("The server has not been started.");
      return server;
    });
  });
};

const required = (): boolean => (env["KEYWRIGHT_TEST_REQUIRE"] ?? "").split(",").includes("postgres");

const newestInstallation = async (): Promise<{ readonly version: string; readonly binaries: string } | undefined> => {
  const versions = await readdir(installations).catch(() => []);
  const [version] = versions.filter((entry) => /^\d+$/.test(entry)).sort((a, b) => Number(b) - Number(a));
  return version === undefined ? undefined : { version, binaries: join(installations, version, "bin") };
};

const startServer = async (binaries: string): Promise<StartedServer> => {
  const user = await serverUser();
  const folder = await mkdtemp(join(tmpdir(), "keywright-postgres-"));
  if (user !== undefined) await chown(folder, user.uid, user.gid);
  const options = { cwd: folder, ...user };
  const data = join(folder, "data");
  await run(join(binaries, "initdb"), ["-D", data, "-U", superuser, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"], options);

  const port = await freePort();
  const settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off", "lc_messages=C"].flatMap((setting) => ["-c", setting]);
  const server = spawn(join(binaries, "postgres"), ["-D", data, "-p", String(port), ...settings], { ...options, stdio: ["ignore", "ignore", "pipe"] });
  await ready(server);

  const address = (database: string): string => `postgres://${superuser}@127.0.0.1:${port}/${database}`;
  let databases = 0;
  return {
    newDatabase: async () => {
      databases += 1;
      const name = `keywright_${databases}`;
      const client = new Client({ connectionString: address("postgres") });
      await client.connect();
      await client.query(`create database ${name}`);
      await client.end();
      return address(name);
    },
    stop: async () => {
      const exited = once(server, "exit");
      // Immediate shutdown: the data goes with the folder.
      server.kill("SIGQUIT");
      await exited;
      await rm(folder, { recursive: true });
    },
  };
};

/** PostgreSQL refuses to run as root: then it runs as its own user. */
const serverUser = async (): Promise<{ readonly uid: number; readonly gid: number } | undefined> => {
  if (getuid?.() !== 0) return undefined;
  const [uid, gid] = await Promise.all(["-u", "-g"].map(async (flag) => Number((await run("id", [flag, superuser])).stdout)));
  return uid === undefined || gid === undefined ? undefined : { uid, gid };
};

const ready = (server: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    let said = "";
    server.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (said.includes("ready to accept connections")) resolve();
    });
    server.once("exit", () => reject(new Error(`PostgreSQL did not start: ${said}`)));
  });

const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("There is no free port.");
  return address.port;
};
