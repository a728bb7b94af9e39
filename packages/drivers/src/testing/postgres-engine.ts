import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chown, mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getuid, kill } from "node:process";
import { promisify } from "node:util";
import { Client } from "pg";
import { afterAll, beforeAll, vi } from "vitest";
import { describeWith } from "./describe-with.ts";
import { sharedFolder } from "./shared-folder.ts";

const run = promisify(execFile);
const installations = "/usr/lib/postgresql";
const superuser = "postgres";

export interface PostgresServer {
  /** A new, empty database; its address. */
  newDatabase(): Promise<string>;
  /** The rows that a statement answers in the database of this address. */
  query(address: string, text: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** SIGSTOP of all its processes: alive, and silent. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** SIGKILL of all its processes, awaited. What was committed is in its files. */
  kill(): Promise<void>;
  /** Starts it again on the same port, with what its files have. */
  start(): Promise<void>;
}

interface StartedServer extends PostgresServer {
  stop(): Promise<void>;
}

/**
 * A suite on a PostgreSQL server of its own, started before it and stopped after it. It wants the server's binaries,
 * as `describeWith` does.
 */
export const describeWithPostgres = async (name: string, suite: (server: () => PostgresServer) => void): Promise<void> => {
  const found = await newestInstallation();
  const reason = `no PostgreSQL under ${installations}`;
  describeWith({ need: "postgres", version: found?.version, reason }, name, () => {
    let server: StartedServer | undefined;
    beforeAll(async () => {
      if (found !== undefined) server = await startServer(found.binaries);
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
  const made = await sharedFolder("postgres", async (draft) => {
    if (user !== undefined) await chown(draft, user.uid, user.gid);
    const access = ["-U", superuser, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"];
    await run(join(binaries, "initdb"), ["-D", join(draft, "data"), ...access, "--no-sync"], { cwd: draft, ...user });
  });
  await run("cp", ["-a", join(made, "data"), data]);

  const port = await freePort();
  const settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off", "lc_messages=C"].flatMap((setting) => ["-c", setting]);
  const launch = async (): Promise<ChildProcess> => {
    const server = spawn(join(binaries, "postgres"), ["-D", data, "-p", String(port), ...settings], { ...options, stdio: ["ignore", "ignore", "pipe"] });
    await ready(server);
    return server;
  };
  let server = await launch();

  const address = (database: string): string => `postgres://${superuser}@127.0.0.1:${port}/${database}`;
  let databases = 0;
  return {
    newDatabase: async () => {
      databases += 1;
      const name = `keywright_${databases}`;
      await query(address("postgres"), `create database ${name}`);
      return address(name);
    },
    query,
    pause: () => freeze(server),
    resume: async () => signal([...(await childrenOf(server)), server], "SIGCONT"),
    kill: () => killTree(server),
    start: async () => {
      server = await launch();
    },
    stop: async () => {
      await killTree(server);
      await rm(folder, { recursive: true });
    },
  };
};

const query: PostgresServer["query"] = async (address, text) => {
  const client = new Client({ connectionString: address });
  await client.connect();
  try {
    return (await client.query<Readonly<Record<string, unknown>>>(text)).rows;
  } finally {
    await client.end();
  }
};

type Killable = Pick<ChildProcess, "kill">;

const signal = (processes: readonly Killable[], name: NodeJS.Signals): void => {
  for (const process of processes) process.kill(name);
};

/** The postmaster first: from then on it makes no more children. */
const freeze = async (server: ChildProcess): Promise<void> => {
  signal([server], "SIGSTOP");
  signal(await childrenOf(server), "SIGSTOP");
};

/** A server is started on the same data only when every process of the last one has let go of its shared memory. */
const killTree = async (server: ChildProcess): Promise<void> => {
  if (server.exitCode !== null || server.signalCode !== null) return;
  await freeze(server);
  const children = await childrenOf(server);
  const exited = once(server, "exit");
  signal([...children, server], "SIGKILL");
  await exited;
  const killed = new Set(children.map(({ pid }) => pid));
  await vi.waitFor(async () => requireNone((await processes()).filter(({ pid, state }) => killed.has(pid) && !state.startsWith("Z"))), {
    timeout: 30_000,
    interval: 20,
  });
};

const requireNone = (left: readonly unknown[]): void => {
  if (left.length > 0) throw new Error(`${left.length} processes of a killed PostgreSQL are still there.`);
};

interface Listed extends Killable {
  readonly pid: number;
  readonly parent: number;
  /** As `ps` says it: Z is one that has ended and was not waited for. */
  readonly state: string;
}

const childrenOf = async (server: ChildProcess): Promise<readonly Listed[]> => (await processes()).filter(({ parent }) => parent === server.pid);

const processes = async (): Promise<readonly Listed[]> => {
  const { stdout } = await run("ps", ["-A", "-o", "pid=,ppid=,stat="]);
  return stdout
    .trim()
    .split("\n")
    .map((line) => {
      const [pid, parent, state = ""] = line.trim().split(/\s+/);
      return { pid: Number(pid), parent: Number(parent), state, kill: (name) => killIfThere(Number(pid), name) };
    });
};

const killIfThere = (pid: number, name: number | NodeJS.Signals | undefined): boolean => {
  try {
    return kill(pid, name);
  } catch {
    return false;
  }
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
