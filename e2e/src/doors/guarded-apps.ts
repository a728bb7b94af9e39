import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { serve } from "@hono/node-server";
import { createGuard as guardExpress } from "@keywright/sdk/express";
import { createGuard as guardFastify } from "@keywright/sdk/fastify";
import { createGuard as guardHono } from "@keywright/sdk/hono";
import { type GuardOptions, createGuard as guardNext } from "@keywright/sdk/next";
import express from "express";
import Fastify from "fastify";
import { Hono } from "hono";

/** A guarded API, and how to reach it. */
export interface Door {
  readonly name: string;
  readonly base: string;
  /** Whether the refusal's body is Keywright's problem document, with its code. */
  readonly tellsCode: boolean;
  stop(): Promise<void>;
}

/** What every guarded API answers: whose request it takes it for. */
export interface Taken {
  readonly key_id: string | null;
  readonly tenant_id: string | null;
  /** Headers of identity that reached the API, and the credentials that did. */
  readonly stated: Readonly<Record<string, string>>;
}

const interesting = (name: string): boolean => name.startsWith("x-keywright-") || name === "authorization" || name === "x-api-key";

const stated = (headers: IncomingMessage["headers"]): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (interesting(name) && value !== "" ? [[name, String(value)]] : [])));

const template = "/v1/emails/:id";

/** Of these mails the API answers what their ids say, of all others that they are there. */
const failing: Readonly<Record<string, number>> = { "404": 404, "500": 500 };
const statusOf = (id: string): number => failing[id] ?? 200;

const listen = async (handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<{ base: string; stop: () => Promise<void> }> => {
  const server = createServer({ maxHeaderSize: 32_768 }, handler);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("No port was given.");
  return {
    base: `http://127.0.0.1:${address.port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
};

/** The API behind a gateway: it believes the headers of identity, for nobody else can send them. */
export const startPlainApi = () =>
  listen(({ headers }, response) => {
    const taken: Taken = {
      key_id: String(headers["x-keywright-key-id"] ?? ""),
      tenant_id: String(headers["x-keywright-tenant-id"] ?? ""),
      stated: stated(headers),
    };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(taken));
  });

export const startExpress = async (options: GuardOptions, name = "Express"): Promise<Door> => {
  const guard = guardExpress(options);
  const app = express();
  app.get(template, guard.requireScopes("send_email"), (request, response) => {
    response.status(statusOf(String(request.params["id"])));
    response.json({ key_id: request.apiKey?.key_id ?? null, tenant_id: request.apiKey?.tenant_id ?? null, stated: stated(request.headers) } satisfies Taken);
  });
  const server = await listen(app);
  return { name, ...server, tellsCode: true, stop: () => server.stop().then(() => guard.close()) };
};

export const startFastify = async (options: GuardOptions): Promise<Door> => {
  const guard = guardFastify(options);
  const app = Fastify({ forceCloseConnections: true });
  app.addHook("onClose", guard.close);
  app.get(template, { onRequest: guard.requireScopes("send_email") }, async ({ apiKey, headers, params }, reply): Promise<Taken> => {
    reply.code(statusOf((params as { readonly id: string }).id));
    return { key_id: apiKey?.key_id ?? null, tenant_id: apiKey?.tenant_id ?? null, stated: stated(headers) };
  });
  const base = await app.listen({ port: 0, host: "127.0.0.1" });
  return { name: "Fastify", base, tellsCode: true, stop: () => app.close() };
};

export const startHono = async (options: GuardOptions): Promise<Door> => {
  const guard = guardHono(options);
  const app = new Hono();
  app.get(template, guard.requireScopes("send_email"), (context) => {
    const apiKey = context.get("apiKey");
    const taken: Taken = { key_id: apiKey.key_id, tenant_id: apiKey.tenant_id, stated: stated(Object.fromEntries(context.req.raw.headers)) };
    return Response.json(taken, { status: statusOf(context.req.param("id")) });
  });
  const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" });
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("No port was given.");
  const stop = async () => {
    server.close();
    await guard.close();
  };
  return { name: "Hono", base: `http://127.0.0.1:${address.port}`, tellsCode: true, stop };
};

/** A route handler, called as Next calls it behind a proxy that appends whom it sees to `X-Forwarded-For`. */
export const startNext = async (options: GuardOptions): Promise<Door> => {
  const guard = guardNext({ ...options, trustedProxies: ["10.0.0.0/8"] });
  const handler = guard.requireScopes("send_email")(async (request: Request, context: { readonly params: Promise<{ id: string }> }, apiKey) => {
    const taken: Taken = { key_id: apiKey.key_id, tenant_id: apiKey.tenant_id, stated: stated(Object.fromEntries(request.headers)) };
    return Response.json(taken, { status: statusOf((await context.params).id) });
  });
  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const headers = new Headers();
    for (let place = 0; place < incoming.rawHeaders.length; place += 2) headers.append(incoming.rawHeaders[place] ?? "", incoming.rawHeaders[place + 1] ?? "");
    headers.append("x-forwarded-for", incoming.socket.remoteAddress ?? "");
    const url = new URL(incoming.url ?? "", "http://api.example.com");
    const reply = await handler(new Request(url, { headers }), { params: Promise.resolve({ id: url.pathname.split("/").at(-1) ?? "" }) });
    response.writeHead(reply.status, Object.fromEntries(reply.headers)).end(await reply.text());
  };
  const server = await listen((request, response) => void answer(request, response));
  return { name: "Next", ...server, tellsCode: true, stop: () => server.stop().then(() => guard.close()) };
};
