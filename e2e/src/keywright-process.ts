import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { Agent, request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
const bin = join(root, "packages/cli/bin/keywright.js");
const startDeadlineMs = 60_000;

/** A port that was free a moment ago. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("No port was given.");
  return address.port;
};

export const makeFolder = (name: string): Promise<string> => mkdtemp(join(tmpdir(), `keywright-e2e-${name}-`));
export const removeFolder = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

interface Output {
  text: string;
  errors: string;
}

/** Policies for suites whose subject is not bcrypt: its cost of 12 is measured by the benchmark, and would only make them wait. */
export const quickBcrypt = { KEYWRIGHT_CONFIG: join(root, "e2e/quick-bcrypt.json") };
export const moderateBcrypt = { KEYWRIGHT_CONFIG: join(root, "e2e/moderate-bcrypt.json") };

/** Runs the built command line to its end. */
export const runCli = async (args: readonly string[], env: Record<string, string> = {}, input?: string): Promise<Exit & { readonly out: Output }> => {
  const child = spawn(process.execPath, [bin, ...args], { cwd: root, env: cleanEnv(env), stdio: ["pipe", "pipe", "pipe"] });
  const out = collect(child);
  child.stdin?.end(input ?? "");
  return { ...(await exitOf(child)), out };
};

/** The surroundings of the test without any Keywright setting of the machine's. */
export const cleanEnv = (env: Record<string, string>): NodeJS.ProcessEnv => {
  const kept = Object.entries(process.env).filter(([name]) => !/^(?:KEYWRIGHT_|DATABASE_URL|REDIS_URL|VAULT_|PORT$|HOST$)/.test(name));
  return { ...Object.fromEntries(kept), ...env };
};

const collect = (child: ChildProcess): Output => {
  const out: Output = { text: "", errors: "" };
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    out.text += chunk;
  });
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    out.errors += chunk;
  });
  return out;
};

const exitOf = async (child: ChildProcess): Promise<Exit> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, "close");
  return { code: child.exitCode, signal: child.signalCode };
};

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a stranger's view of the API has no types
  readonly json: any;
}

export interface Call {
  readonly method?: string;
  readonly path: string;
  readonly key?: string | undefined;
  readonly headers?: Record<string, string | readonly string[]>;
  readonly body?: unknown;
}

export interface Keywright {
  readonly base: string;
  readonly dataDir: string;
  readonly process: ChildProcess;
  readonly out: Output;
  /** The root key that was given, or that a first start printed. */
  readonly rootKey: string | undefined;
  call(call: Call): Promise<Reply>;
  /** Waits for its end. */
  ended(): Promise<Exit>;
  /** SIGTERM, and how it ended. */
  stop(): Promise<Exit>;
  /** SIGKILL. */
  kill(): Promise<Exit>;
}

export interface StartOptions {
  readonly dataDir: string;
  /** The root key of a folder that has had its first start. */
  readonly rootKey?: string;
  readonly env?: Record<string, string>;
  /** Behind `serve`. */
  readonly args?: readonly string[];
}

/** Starts the built server and waits until it says that it is ready. */
export const startKeywright = async ({ dataDir, rootKey, env = {}, args = [] }: StartOptions): Promise<Keywright> => {
  const port = await freePort();
  const child = spawn(process.execPath, [bin, "serve", ...args], {
    cwd: root,
    env: cleanEnv({ PORT: String(port), KEYWRIGHT_DATA_DIR: dataDir, ...env }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const out = collect(child);
  await ready(child, out);
  const base = `http://127.0.0.1:${port}`;
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const end = async (signal: NodeJS.Signals): Promise<Exit> => {
    agent.destroy();
    child.kill(signal);
    return exitOf(child);
  };
  return {
    base,
    dataDir,
    process: child,
    out,
    rootKey: rootKey ?? /[a-z]+_root_[0-9A-Za-z]{32,}/.exec(out.text)?.[0],
    call: (call) => send(agent, base, call),
    ended: () => exitOf(child),
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
  };
};

const ready = (child: ChildProcess, out: Output): Promise<void> =>
  new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`The server ${why}: ${out.text.slice(-500)} ${out.errors.slice(-1500)}`));
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      fail("was not ready in time");
    }, startDeadlineMs);
    child.stdout?.on("data", () => {
      // The whole start-up text is one write after this line begins it.
      if (!/is ready at [^\n]+\n[^\n]+\n/.test(out.text)) return;
      clearTimeout(timer);
      resolve();
    });
    child.once("close", (code) => {
      clearTimeout(timer);
      fail(`ended with ${code}`);
    });
  });

const send = (agent: Agent, base: string, { method = "GET", path, key, headers = {}, body }: Call): Promise<Reply> => {
  const text = body === undefined || typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
  const all = {
    ...(key !== undefined && { authorization: `Bearer ${key}` }),
    ...(text !== undefined && { "content-type": "application/json", "content-length": String(Buffer.byteLength(text)) }),
    ...headers,
  };
  return new Promise((resolve, reject) => {
    const request = httpRequest(base + path, { method, agent, headers: all as Record<string, string> }, (response) => {
      let received = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        received += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text: received, json: parse(received) }));
      response.on("error", reject);
    });
    request.setTimeout(60_000, () => request.destroy(new Error(`${method} ${path} had no answer in 60 s`)));
    request.on("error", reject);
    request.end(text);
  });
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The calls that most tests begin with. */
export const asOperator = (server: Keywright, rootKey: string | undefined) => {
  const must = async (status: number, call: Call): Promise<Reply["json"]> => {
    const reply = await server.call({ key: rootKey, ...call });
    if (reply.status !== status) throw new Error(`${call.method ?? "GET"} ${call.path}: ${reply.status} instead of ${status}: ${reply.text.slice(0, 300)}`);
    return reply.json;
  };
  return {
    must,
    createTenant: (fields: object = {}) =>
      must(201, {
        method: "POST",
        path: "/api/v1/platform/tenants",
        body: { name: "Acme", tier: "enterprise", rate_limit: { limit: 1_000_000, window_seconds: 1 }, ...fields },
      }),
    createKey: (tenantId: string, fields: object = {}) =>
      must(201, { method: "POST", path: "/api/v1/platform/api-keys", body: { tenant_id: tenantId, name: "k", scopes: ["send_email"], ...fields } }),
    verify: (key: string, fields: object = {}) => must(200, { method: "POST", path: "/api/v1/verify", body: { key, ...fields } }),
    revoke: (keyId: string, reason: string) => must(200, { method: "DELETE", path: `/api/v1/platform/api-keys/${keyId}`, body: { reason } }),
  };
};
