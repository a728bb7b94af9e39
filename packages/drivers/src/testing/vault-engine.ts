import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import https from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { vi } from "vitest";
import type { Certificates } from "./certificates.ts";
import { describeWith } from "./describe-with.ts";

const run = promisify(execFile);
const binaries = ["bao", "vault"];

export interface VaultServerOptions {
  readonly tls?: Certificates;
  /** The server whose cluster this one joins, as a standby. */
  readonly join?: VaultServer;
  /** As it is before its first use. */
  readonly isUninitialised?: boolean;
}

export interface AdminCall {
  readonly method: "GET" | "POST" | "DELETE";
  /** Below `/v1/`. */
  readonly path: string;
  readonly body?: unknown;
  readonly namespace?: string | undefined;
  /** The root token, if not given. */
  readonly token?: string;
}

export interface AdminAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A real OpenBao or Vault of the test's own, initialised and unsealed, on free loopback ports, with its files in a folder that goes with it. */
export interface VaultServer {
  readonly address: string;
  readonly rootToken: string;
  readonly unsealKey: string;
  /** As its operator; rejects where it does not answer 2xx. */
  admin(call: AdminCall): Promise<Readonly<Record<string, unknown>>>;
  /** Whatever is answered. */
  ask(call: AdminCall): Promise<AdminAnswer>;
  seal(): Promise<void>;
  unseal(): Promise<void>;
  /** SIGSTOP: alive, and silent. */
  pause(): void;
  resume(): void;
  /** SIGKILL, awaited. */
  kill(): Promise<void>;
  /** Starts it again on the same port with what its files have: sealed. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A suite that starts Vault servers, OpenBao's or HashiCorp's: it wants `bao` or `vault`, as `describeWith` does. */
export const describeWithVault = async (name: string, suite: () => void): Promise<void> => {
  const found = await findBinary();
  const version = found && `(${found.version})`;
  describeWith({ need: "vault", version, reason: `no ${binaries.join(" or ")} on the PATH` }, name, suite);
};

const findBinary = async (): Promise<{ readonly binary: string; readonly version: string } | undefined> => {
  for (const binary of binaries) {
    const version = await run(binary, ["version"]).then(
      ({ stdout }) => /^\S+ v\S+/.exec(stdout)?.[0],
      () => undefined,
    );
    if (version !== undefined) return { binary, version };
  }
  return undefined;
};

interface Place {
  readonly binary: string;
  readonly folder: string;
  readonly port: number;
  readonly clusterPort: number;
}

export const startVault = async (options: VaultServerOptions = {}): Promise<VaultServer> => {
  const found = await findBinary();
  if (found === undefined) throw new Error("There is no Vault.");
  const folder = await mkdtemp(join(tmpdir(), "keywright-vault-"));
  const [port, clusterPort] = await freePorts();
  const place = { binary: found.binary, folder, port, clusterPort };
  const address = `${options.tls === undefined ? "http" : "https"}://127.0.0.1:${port}`;
  await writeFile(join(folder, "vault.json"), JSON.stringify(configuration(place, address, options)));
  const ca = options.tls === undefined ? undefined : await readFile(options.tls.caFile, "utf8");
  const send = (call: AdminCall) => sendTo(`${address}/v1/${call.path}`, call, ca);
  let child = await launch(place);
  const keys = options.isUninitialised === true ? { rootToken: "", unsealKey: "" } : (options.join ?? (await initialise(send)));

  const ask = (call: AdminCall): Promise<AdminAnswer> => send({ token: keys.rootToken, ...call });
  const admin = async (call: AdminCall): Promise<Readonly<Record<string, unknown>>> => {
    const { status, body } = await ask(call);
    if (status < 200 || status > 299) throw new Error(`${call.method} ${call.path} answered ${status}: ${JSON.stringify(body)}`);
    return body;
  };
  const unseal = async (): Promise<void> => {
    const ready = options.join === undefined ? 200 : 429;
    // A server that joins has to hear of the cluster before it takes a key.
    await vi.waitFor(() => admin({ method: "POST", path: "sys/unseal", body: { key: keys.unsealKey } }), { timeout: 30_000, interval: 50 });
    await vi.waitFor(async () => requireStatus(await ask({ method: "GET", path: "sys/health" }), ready), { timeout: 30_000, interval: 50 });
  };
  if (options.isUninitialised !== true) await unseal();

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  };
  return {
    address,
    rootToken: keys.rootToken,
    unsealKey: keys.unsealKey,
    admin,
    ask,
    unseal,
    seal: async () => void (await admin({ method: "POST", path: "sys/seal" })),
    pause: () => void child.kill("SIGSTOP"),
    resume: () => void child.kill("SIGCONT"),
    kill: () => end("SIGKILL"),
    start: async () => {
      child = await launch(place);
    },
    stop: async () => {
      await end("SIGKILL");
      await rm(folder, { recursive: true, force: true });
    },
  };
};

const configuration = ({ folder, port, clusterPort }: Place, address: string, { tls, join: leader }: VaultServerOptions): unknown => ({
  storage: {
    raft: {
      path: folder,
      node_id: `node_${port}`,
      performance_multiplier: 1,
      ...(leader !== undefined && { retry_join: [{ leader_api_addr: leader.address }] }),
    },
  },
  listener: {
    tcp: {
      address: `127.0.0.1:${port}`,
      cluster_address: `127.0.0.1:${clusterPort}`,
      ...(tls === undefined ? { tls_disable: true } : { tls_cert_file: tls.certFile, tls_key_file: tls.keyFile }),
    },
  },
  api_addr: address,
  cluster_addr: `https://127.0.0.1:${clusterPort}`,
  disable_mlock: true,
});

const launch = async ({ binary, folder }: Place): Promise<ChildProcess> => {
  const child = spawn(binary, ["server", "-config", join(folder, "vault.json")], { stdio: ["ignore", "pipe", "pipe"] });
  await new Promise<void>((resolve, reject) => {
    let said = "";
    const listen = (text: string): void => {
      // Only until it is ready: what it says later is read and thrown away, so that it never waits for a reader.
      if (said.length < 100_000) said += text;
      if (/server started!/.test(said)) resolve();
    };
    child.stdout.setEncoding("utf8").on("data", listen);
    child.stderr.setEncoding("utf8").on("data", listen);
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`${binary} did not start: ${said}`)));
  });
  return child;
};

const initialise = async (send: (call: AdminCall) => Promise<AdminAnswer>): Promise<Pick<VaultServer, "rootToken" | "unsealKey">> => {
  const { body } = await send({ method: "POST", path: "sys/init", body: { secret_shares: 1, secret_threshold: 1 } });
  const [unsealKey] = body["keys"] as readonly string[];
  if (unsealKey === undefined) throw new Error("Vault was not initialised.");
  return { unsealKey, rootToken: String(body["root_token"]) };
};

const requireStatus = ({ status }: AdminAnswer, expected: number): void => {
  if (status !== expected) throw new Error(`Vault's health is ${status}, not ${expected}.`);
};

/** A connection for each call, so that none is left when the server goes. */
const sendTo = (url: string, { method, body, token, namespace }: AdminCall, ca: string | undefined): Promise<AdminAnswer> =>
  new Promise((resolve, reject) => {
    const headers = { ...(token !== undefined && { "X-Vault-Token": token }), ...(namespace !== undefined && { "X-Vault-Namespace": namespace }) };
    const options = { method, headers, agent: false as const, signal: AbortSignal.timeout(20_000) };
    const request = ca === undefined ? http.request(url, options) : https.request(url, { ...options, ca });
    request.on("error", reject);
    request.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      response.on("error", reject);
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>) }));
    });
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });

/** Two that differ: both are held before either is given back. */
const freePorts = async (): Promise<readonly [number, number]> => {
  const probes = [createServer().listen(0, "127.0.0.1"), createServer().listen(0, "127.0.0.1")] as const;
  const [first, second] = await Promise.all(
    probes.map(async (probe) => {
      await once(probe, "listening");
      const address = probe.address();
      return address === null || typeof address === "string" ? undefined : address.port;
    }),
  );
  await Promise.all(probes.map((probe) => once(probe.close(), "close")));
  if (first === undefined || second === undefined) throw new Error("There is no free port.");
  return [first, second];
};
