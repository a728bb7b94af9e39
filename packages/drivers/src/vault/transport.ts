import { readFile } from "node:fs/promises";
import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import { parseObject } from "../node/parse-object.ts";
import type { Answer, Call } from "./call.ts";
import { describeFailure, notVault } from "./sentences.ts";
import { VaultError } from "./vault-error.ts";

export interface TransportOptions {
  /** `http://…` or `https://…`, as `VAULT_ADDR` has it. */
  readonly address: string;
  readonly namespace?: string | undefined;
  /** A file of PEM certificates, trusted in the place of the system's authorities. */
  readonly caFile?: string | undefined;
  /** As `VaultConnection.traceHeaders`. */
  readonly traceHeaders?: (() => Readonly<Record<string, string>>) | undefined;
}

export interface Transport {
  /** Sends one request, and gives whatever was answered. Rejects with `VaultError` where no Vault answers before the signal. */
  send(call: Call, signal: AbortSignal): Promise<Answer>;
  close(): void;
}

/** Connections at once; what is more waits for one. */
const maxConnections = 32;
/** A connection that nobody used for this long is closed, before the server does. */
const idleMs = 30_000;
/** A list of a million names; nothing else comes near. */
const maxAnswerBytes = 64 * 1024 * 1024;

/** HTTP with connections that are kept. The certificates are read when the first connection is made. */
export const createTransport = ({ address, namespace, caFile, traceHeaders }: TransportOptions): Transport => {
  const base = parseAddress(address);
  const [module, Agent] = base.protocol === "https:" ? ([https, https.Agent] as const) : ([http, http.Agent] as const);
  const state: { agent: Promise<http.Agent> | undefined } = { agent: undefined };

  const openAgent = async (): Promise<http.Agent> => {
    const trust = caFile === undefined ? {} : { ca: await readCertificates(caFile) };
    return new Agent({ keepAlive: true, maxSockets: maxConnections, maxFreeSockets: maxConnections, timeout: idleMs, ...trust });
  };
  const agentOf = (): Promise<http.Agent> => {
    state.agent ??= openAgent().catch((error: unknown) => {
      // The file may be put right while the process runs.
      state.agent = undefined;
      throw error;
    });
    return state.agent;
  };
  const attempt = async (call: Call, signal: AbortSignal): Promise<Reply> => {
    const text = call.body === undefined ? undefined : JSON.stringify(call.body);
    const headers = {
      ...traceHeaders?.(),
      "X-Vault-Request": "true",
      ...(call.token !== undefined && { "X-Vault-Token": call.token }),
      ...(namespace !== undefined && call.isGlobal !== true && { "X-Vault-Namespace": namespace }),
      ...(text !== undefined && { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text) }),
    };
    const url = new URL(`${base.pathname.replace(/\/$/, "")}/v1/${call.path}`, base);
    return exchange(module.request(url, { agent: await agentOf(), method: call.method, headers, signal }), text);
  };

  return {
    send: async (call, signal) => {
      const reply = await attempt(call, signal)
        .catch((error: unknown) => {
          // A kept connection that the server closed meanwhile: nothing was changed by a call that changes nothing.
          if (!(error instanceof BrokenConnection) || !error.wasKept || call.method !== "GET") throw error;
          return attempt(call, signal);
        })
        .catch((error: unknown) => {
          if (error instanceof VaultError) throw error;
          throw new VaultError(describeFailure(error instanceof BrokenConnection ? error.cause : error), error);
        });
      return parseReply(reply);
    },
    close: () => void state.agent?.then((agent) => agent.destroy()).catch(() => {}),
  } satisfies Transport;
};

/** Throws a `VaultError` for anything but the address of an HTTP server. */
const parseAddress = (address: string): URL => {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const isPlain = url !== undefined && url.username === "" && url.password === "" && url.search === "" && url.hash === "";
  if (!isPlain || !["http:", "https:"].includes(url.protocol)) {
    throw new VaultError("The address of Vault is one such as https://vault.example.com:8200, without a user, a password or a query.");
  }
  return url;
};

const readCertificates = async (file: string): Promise<string> => {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw new VaultError(`The certificates in ${file}, which are to be trusted for Vault, cannot be read.`, error);
  });
  if (!text.includes("-----BEGIN CERTIFICATE-----")) throw new VaultError(`${file}, which is to be trusted for Vault, holds no certificate in PEM.`);
  return text;
};

interface Reply {
  readonly status: number;
  readonly text: string;
}

class BrokenConnection extends Error {
  readonly wasKept: boolean;

  constructor(wasKept: boolean, cause: unknown) {
    super("The connection to Vault broke.", { cause });
    this.wasKept = wasKept;
  }
}

const exchange = (request: http.ClientRequest, text: string | undefined): Promise<Reply> =>
  new Promise((resolve, reject) => {
    request.on("error", (error) => reject(new BrokenConnection(request.reusedSocket, error)));
    request.on("response", (response) => {
      readAll(response).then((read) => resolve({ status: response.statusCode ?? 0, text: read }), reject);
    });
    request.end(text);
  });

const readAll = async (response: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) throw new VaultError(`Vault answered with more than ${maxAnswerBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
};

const parseReply = ({ status, text }: Reply): Answer => {
  // A proxy's page, or nothing at all, must not be taken for Vault saying that nothing is there.
  const body = text === "" && status < 400 ? {} : parseObject(text);
  if (body === undefined) throw notVault(status);
  const errors = Array.isArray(body["errors"]) ? body["errors"].map(String) : [];
  return { status, errors, body };
};
