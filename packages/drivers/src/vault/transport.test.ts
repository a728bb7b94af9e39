import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { createTransport, type Transport } from "./transport.ts";
import { withDeadline } from "./with-deadline.ts";

const servers: Server[] = [];
const transports: Transport[] = [];
const connect = async (listener: RequestListener, namespace?: string): Promise<Transport> => {
  const server = createServer(listener).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  const at = server.address();
  const transport = createTransport({ address: `http://127.0.0.1:${typeof at === "object" ? at?.port : ""}/behind/a/proxy/`, namespace });
  transports.push(transport);
  return transport;
};
afterEach(() => {
  for (const transport of transports.splice(0)) transport.close();
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});
const read = { method: "GET", path: "secret/data/a" } as const;
const send = (transport: Transport, call: Parameters<Transport["send"]>[0], deadlineMs = 5_000) =>
  withDeadline(deadlineMs, (signal) => transport.send(call, signal));

describe("the connections to Vault", () => {
  it("are kept, 32 at most, whatever waits for them", async () => {
    const seen = new Set<unknown>();
    const waiting: (() => void)[] = [];
    const transport = await connect((request, response) => {
      seen.add(request.socket);
      waiting.push(() => response.end("{}"));
      // All that can come at once have come: now the rest may.
      if (waiting.length >= 32) for (const answer of waiting.splice(0)) answer();
    });
    await Promise.all(Array.from({ length: 32 * 5 }, () => send(transport, read)));
    expect(seen.size).toBe(32);
  });

  it("that the server closes meanwhile cost a read nothing, and are never used for a write twice", async () => {
    const served = new WeakSet<object>();
    const urls: string[] = [];
    const transport = await connect((request, response) => {
      urls.push(`${request.method} ${request.url}`);
      if (served.has(request.socket)) return void request.socket.destroy();
      served.add(request.socket);
      response.end("{}");
    });
    await send(transport, read);
    expect(await send(transport, read)).toEqual({ status: 200, errors: [], body: {} });
    await expect(send(transport, { method: "POST", path: "secret/data/a", body: {} })).rejects.toThrow("Vault closed the connection before it had answered.");
    expect(urls).toEqual([...Array(3).fill("GET /behind/a/proxy/v1/secret/data/a"), "POST /behind/a/proxy/v1/secret/data/a"]);
  });

  it("that break in the middle of an answer are no answer", async () => {
    const transport = await connect((_, response) => {
      response.writeHead(404, { "Content-Length": 100 });
      response.write('{"errors":[]}', () => response.destroy());
    });
    await expect(send(transport, read)).rejects.toMatchObject({ name: "VaultError", message: "Vault closed the connection before it had answered." });
  });

  it("that give an answer by drops are given up at the deadline", async () => {
    const transport = await connect((_, response) => void response.write('{"data":'));
    await expect(send(transport, read, 100)).rejects.toThrow("Vault did not answer within 100 ms.");
  });

  it("that give more than any answer has are given up", async () => {
    const part = Buffer.alloc(1024 * 1024, " ");
    const transport = await connect((_, response) => {
      const more = (): boolean => !response.destroyed && response.write(part, more);
      more();
    });
    await expect(send(transport, read, 20_000)).rejects.toThrow("Vault answered with more than 67108864 bytes.");
  });

  it("tell Vault which namespace is meant, but for what concerns the whole server", async () => {
    const seen: unknown[] = [];
    const transport = await connect((request, response) => {
      seen.push([request.headers["x-vault-namespace"], request.headers["x-vault-token"], request.headers["x-vault-request"]]);
      response.end("{}");
    }, "team/keys");
    await send(transport, { ...read, token: "s.token" });
    await send(transport, { method: "GET", path: "sys/health", isGlobal: true });
    expect(seen).toEqual([
      ["team/keys", "s.token", "true"],
      [undefined, undefined, "true"],
    ]);
  });
});
