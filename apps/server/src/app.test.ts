import { EventEmitter, once } from "node:events";
import http from "node:http";
import net from "node:net";
import { afterAll, describe, expect, it } from "vitest";
import { createStubApp, otherKey, rootKey, stubHandlers } from "./testing/stub-app.ts";

const { app, lines } = createStubApp();
const base = await app.listen({ port: 0, host: "127.0.0.1" });
const { port } = new URL(base);
afterAll(() => app.close());

const authorized = { authorization: `Bearer ${rootKey}`, "content-type": "application/json" };

/** One exchange over a real socket; resolves with what the client has read. */
const exchange = async (options: http.RequestOptions, body?: string | Iterable<string>) => {
  const request = http.request(`${base}/api/v1/platform/tenants`, { method: "POST", headers: authorized, ...options });
  if (typeof body === "string") request.end(body);
  else {
    for (const chunk of body ?? []) request.write(chunk);
    request.end();
  }
  const [response] = (await once(request, "response")) as [http.IncomingMessage];
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) text += chunk;
  return { status: response.statusCode, headers: response.headers, text };
};

/** Sends raw bytes; resolves with all that came back until the server closed. */
const sendRaw = async (text: string): Promise<string> => {
  const socket = net.connect(Number(port), "127.0.0.1");
  socket.write(text);
  let answer = "";
  for await (const chunk of socket.setEncoding("latin1")) answer += chunk;
  return answer;
};

describe("413 over a socket", () => {
  it.each([1, 4])("can be read by a client that sends a body of %i MB to its end", async (megabytes) => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const body = "x".repeat(megabytes * 1024 * 1024);
    const refused = await exchange({ agent, headers: { ...authorized, "content-length": body.length } }, body);
    expect(refused.status).toBe(413);
    expect(JSON.parse(refused.text)).toMatchObject({ code: "BODY_TOO_LARGE" });
    expect((await exchange({ agent }, '{"name":"a"}')).status).toBe(201);
    agent.destroy();
  });

  it("can be read by a client that sends its body in chunks", async () => {
    const refused = await exchange(
      {},
      Array.from({ length: 32 }, () => "x".repeat(65_536)),
    );
    expect(refused.status).toBe(413);
  });

  it("does not read on for ever", async () => {
    const socket = net.connect(Number(port), "127.0.0.1");
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => undefined);
    socket.write(
      `POST /api/v1/verify HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${rootKey}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`,
    );
    const chunk = `10000\r\n${"x".repeat(65_536)}\r\n`;
    let sent = 0;
    while (!socket.destroyed && sent < 64 * 1024 * 1024) {
      sent += 65_536;
      if (!socket.write(chunk)) await Promise.race([new Promise((resolve) => socket.once("drain", resolve)), closed]);
    }
    await closed;
    expect(sent).toBeLessThan(32 * 1024 * 1024);
  });
});

describe("400 over a socket", () => {
  it.each(["nonsense\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", `GET / HTTP/1.1\r\nhost: x\r\nx-long: ${"a".repeat(20_000)}\r\n\r\n`])(
    "answers what is no request as a problem: %#",
    async (text) => {
      const answer = await sendRaw(text);
      expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
      expect(answer).toContain("application/problem+json");
      expect(JSON.parse(answer.slice(answer.indexOf("\r\n\r\n") + 4))).toMatchObject({ code: "INVALID_REQUEST" });
    },
  );

  it("names a header that was sent twice, which Node would let pass", async () => {
    const answer = await sendRaw(
      `GET /api/v1/platform/tenants HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${rootKey}\r\nAuthorization: Bearer ${otherKey}\r\nconnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('"pointer":"/headers/authorization"');
  });

  it("answers an idempotency key that was sent twice", async () => {
    const body = '{"name":"a"}';
    const head = `POST /api/v1/platform/tenants HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${rootKey}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close`;
    const answer = await sendRaw(`${head}\r\nIdempotency-Key: a\r\nidempotency-key: a\r\n\r\n${body}`);
    expect(answer).toContain('"errors":[{"pointer":"/headers/idempotency-key","detail":"must be sent once"}]');
  });
});

describe("/healthz and /readyz", () => {
  it("answer without a credential", async () => {
    expect((await app.inject("/healthz")).json()).toEqual({ status: "ok" });
    const ready = await app.inject("/readyz");
    expect([ready.statusCode, ready.json()]).toEqual([200, { status: "ready", checks: { store: "ok" } }]);
  });

  it("say which engine is out of reach, while the process lives", async () => {
    const { app: broken } = createStubApp({ readiness: async () => ({ ready: false, checks: { store: "out of reach", ledger: "ok" } }) });
    const answer = await broken.inject("/readyz");
    expect([answer.statusCode, answer.json()]).toEqual([503, { status: "unready", checks: { store: "out of reach", ledger: "ok" } }]);
    expect((await broken.inject("/healthz")).statusCode).toBe(200);
  });
});

describe("headers", () => {
  it("forbid everything to what is shown as a page, and framing", async () => {
    const { headers } = await app.inject("/healthz");
    expect(headers["content-security-policy"]).toBe("default-src 'none';frame-ancestors 'none'");
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "x-frame-options": "SAMEORIGIN",
      "referrer-policy": "no-referrer",
      "cache-control": "no-store",
    });
  });

  it("never take a request id from the client", async () => {
    const answer = await app.inject({ url: "/healthz", headers: { "x-request-id": "forged", "request-id": "forged" } });
    expect(answer.headers["x-request-id"]).toMatch(/^req_/);
  });
});

describe("the client's address", () => {
  it("is taken from X-Forwarded-For where a trusted proxy asks, and not otherwise", async () => {
    const seen: (string | null)[] = [];
    const authenticator = async ({ ip }: { readonly ip: string | null }) => {
      seen.push(ip);
      throw new Error("seen");
    };
    for (const trustedProxies of [[], ["127.0.0.0/8"]]) {
      const stub = createStubApp({ authenticator, trustedProxies });
      await stub.app.inject({ url: "/api/v1/platform/tenants", headers: { ...authorized, "x-forwarded-for": "198.51.100.1, 203.0.113.7" } });
    }
    expect(seen).toEqual(["127.0.0.1", "203.0.113.7"]);
  });
});

describe("stopping", () => {
  it("finishes the request that is under way", async () => {
    const steps = new EventEmitter();
    const entered = once(steps, "entered");
    const handler = async () => {
      const released = once(steps, "released");
      steps.emit("entered");
      await released;
      return { status: 200 as const, body: { data: [], next_cursor: null } };
    };
    const stub = createStubApp({ handlers: stubHandlers({ "list-tenants": handler }) });
    const address = await stub.app.listen({ port: 0, host: "127.0.0.1" });
    const answer = fetch(`${address}/api/v1/platform/tenants`, { headers: { authorization: `Bearer ${rootKey}` } });
    await entered;
    const closed = stub.app.close();
    steps.emit("released");
    expect((await answer).status).toBe(200);
    await closed;
  });
});

it("has written no key to its log", () => {
  expect(lines.join("")).toContain("BODY_TOO_LARGE");
  expect(lines.join("")).not.toMatch(/RRRR|BBBB/);
});
