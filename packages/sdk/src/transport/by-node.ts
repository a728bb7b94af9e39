import { type Agent, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { urlToHttpOptions } from "node:url";
import { clientError } from "../keywright-error.ts";
import { maxReplyLength, type Transport, type WireReply, type WireRequest } from "./transport.ts";

/** Shorter than servers and load balancers keep theirs, so that no request goes out on a connection that is being closed. */
const idleMs = 30_000;

const pooling = { keepAlive: true, timeout: idleMs, maxSockets: 128, maxFreeSockets: 32, scheduling: "lifo" } as const;

interface Route {
  readonly request: typeof httpRequest;
  readonly agent: Agent;
  readonly options: ReturnType<typeof urlToHttpOptions>;
}

/** The transport of Node: `fetch` costs its caller several times what a request on a kept connection does. */
export const createTransport = (base: string): Transport => {
  const url = new URL(base);
  const isSecure = url.protocol === "https:";
  const route = {
    request: isSecure ? (httpsRequest as typeof httpRequest) : httpRequest,
    agent: isSecure ? new HttpsAgent(pooling) : new HttpAgent(pooling),
    options: urlToHttpOptions(url),
  };
  return {
    send: (request) => readReply(begin(route, url.origin, request)),
    open: async (request, signal) => {
      const controller = new AbortController();
      const end = (): void => controller.abort();
      if (signal.aborted) end();
      signal.addEventListener("abort", end, { once: true });
      try {
        const response = await begin(route, url.origin, { ...request, signal: controller.signal });
        return response.statusCode === 200 ? { status: 200, chunks: response[Symbol.asyncIterator](), cancel: end } : await readReply(response);
      } finally {
        signal.removeEventListener("abort", end);
      }
    },
    close: () => route.agent.destroy(),
  };
};

/** Sends a request; resolves when its answer begins. */
const begin = ({ request, agent, options: { protocol, hostname, port } }: Route, origin: string, wire: WireRequest): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const { method, body, signal } = wire;
    const headers = body === undefined ? wire.headers : { ...wire.headers, "content-length": Buffer.byteLength(body) };
    const path = wire.url.slice(origin.length);
    const asked = request({ protocol, hostname, port, path, method, headers, agent, signal }, resolve);
    asked.on("error", reject);
    asked.end(body);
  });

const readReply = async (begun: IncomingMessage | Promise<IncomingMessage>): Promise<WireReply> => {
  const response = await begun;
  return { status: response.statusCode ?? 0, retryAfter: response.headers["retry-after"] ?? null, text: await readText(response) };
};

const readText = (response: IncomingMessage): Promise<string> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    response.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length > maxReplyLength)
        response.destroy(clientError("INVALID_REPLY", `The answer has more than ${maxReplyLength} characters.`, response.statusCode));
    });
    response.on("end", () => resolve((chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)).toString()));
    response.on("error", reject);
  });
