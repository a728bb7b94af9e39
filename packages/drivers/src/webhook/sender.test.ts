import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { WebhookAnswer, WebhookMessage } from "@keywright/core";
import { Webhook as StandardWebhook } from "standardwebhooks";
import { Webhook as SvixWebhook } from "svix";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWebhookSender, type WebhookSenderOptions } from "./sender.ts";

const lax = { isPrivateAllowed: true, nowMs: () => Date.now() };
const messageOf = (fields: Partial<WebhookMessage> = {}): WebhookMessage => ({
  url: "https://hooks.example.com/",
  secrets: ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
  id: "evt_1",
  type: "key.revoked",
  atMs: Date.UTC(2026, 0, 2),
  data: { id: "key_1", reason: "Grüße 🔑" },
  ...fields,
});

describe("an event that is sent", () => {
  const seen = { requests: 0, headers: {} as IncomingHttpHeaders, body: "" };
  const replies: Record<string, RequestListener> = {
    "/ok": (_request, response) => response.writeHead(204).end(),
    "/broken": (_request, response) => response.writeHead(500, { "retry-after": "120" }).end(`so\u0000rry ${"x".repeat(1_000)}`),
    "/redirect": (_request, response) => response.writeHead(302, { location: "/ok" }).end(),
    "/hang": () => {},
    "/slow-body": (_request, response) => response.writeHead(200).write("still"),
    "/endless": (_request, response) => {
      response.writeHead(200);
      const pour = (): void => {
        while (!response.destroyed && response.write("x".repeat(65_536)));
      };
      response.on("drain", pour);
      pour();
    },
    "/long-head": (_request, response) => response.writeHead(200, { "x-long": "x".repeat(20_000) }).end(),
    "/reset": (request) => request.socket.destroy(),
  };
  let server: Server;
  let base: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      seen.requests += 1;
      seen.headers = request.headers;
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        seen.body = Buffer.concat(chunks).toString("utf8");
        replies[request.url ?? ""]?.(request, response);
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const sendTo = (path: string, options: Partial<WebhookSenderOptions> = {}, message: Partial<WebhookMessage> = {}): Promise<WebhookAnswer> =>
    createWebhookSender({ ...lax, ...options }).send(messageOf({ url: base + path, ...message }));

  it("is verified by the public libraries, under each secret while one is rotated", async () => {
    const { secretOf } = createWebhookSender(lax);
    const secrets = [secretOf(new Uint8Array(32).fill(7)), secretOf(new Uint8Array(24).fill(9))];
    expect(await sendTo("/ok", {}, { secrets })).toEqual({ status: 204, retryAfterSeconds: null, text: "" });
    const event = { type: "key.revoked", timestamp: "2026-01-02T00:00:00.000Z", data: { id: "key_1", reason: "Grüße 🔑" } };
    const headers = seen.headers as Record<string, string>;
    for (const secret of secrets) {
      expect(new StandardWebhook(secret).verify(seen.body, headers)).toEqual(event);
      expect(new SvixWebhook(secret).verify(seen.body, headers)).toEqual(event);
    }
    const another = secretOf(new Uint8Array(32));
    expect(() => new StandardWebhook(another).verify(seen.body, headers)).toThrow();
    expect(() => new SvixWebhook(another).verify(seen.body, headers)).toThrow();
    expect([headers["webhook-id"], headers["content-type"]]).toEqual(["evt_1", "application/json"]);
  });

  it("is posted unsigned where the address is the secret, under the same rules", async () => {
    const sender = createWebhookSender(lax);
    expect(await sender.post({ url: `${base}/ok`, body: { text: "Grüße" } })).toEqual({ status: 204, retryAfterSeconds: null, text: "" });
    expect([seen.body, seen.headers["webhook-signature"], seen.headers["content-type"]]).toEqual(['{"text":"Grüße"}', undefined, "application/json"]);
    expect(await sender.post({ url: `${base}/redirect`, body: {} })).toMatchObject({ status: 302 });
    const strict = createWebhookSender({ ...lax, isPrivateAllowed: false });
    expect(await strict.post({ url: "https://127.0.0.1/", body: {} })).toEqual({ problem: "The address must not name a private, local or reserved address." });
  });

  it("leads the target to the attempt's trace, and takes no other header's place", async () => {
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    await sendTo("/ok", { traceHeaders: () => ({ traceparent, "webhook-id": "another" }) });
    expect([seen.headers["traceparent"], seen.headers["webhook-id"]]).toEqual([traceparent, "evt_1"]);
    await sendTo("/ok");
    expect(seen.headers["traceparent"]).toBeUndefined();
  });

  it("says what the target answered: its status, when to come again, and how the body begins", async () => {
    const answer = await sendTo("/broken");
    expect(answer).toEqual({ status: 500, retryAfterSeconds: 120, text: `so rry ${"x".repeat(193)}` });
  });

  it("follows no redirect", async () => {
    const before = seen.requests;
    expect(await sendTo("/redirect")).toMatchObject({ status: 302 });
    expect(seen.requests).toBe(before + 1);
  });

  it("waits for no target that hangs, and for no body that never ends", async () => {
    const late = { problem: "The target did not answer in time." };
    expect(await sendTo("/hang", { deadlineMs: 200 })).toEqual(late);
    expect(await sendTo("/slow-body")).toMatchObject({ status: 200, text: "still" });
    expect(await sendTo("/endless")).toMatchObject({ status: 200, text: "x".repeat(200) });
    expect(await sendTo("/ok", { deadlineMs: 200, resolve: () => new Promise(() => {}) }, { url: "http://hooks.example.com/" })).toEqual(late);
  });

  it("tells why there is no answer, by the error's code alone", async () => {
    expect(await sendTo("/reset")).toEqual({ problem: "The target cannot be reached (ECONNRESET)." });
    expect(await sendTo("/long-head")).toEqual({ problem: "The target cannot be reached (HPE_HEADER_OVERFLOW)." });
    const nowhere = async () => Promise.reject(Object.assign(new Error("who is secret.internal?"), { code: "ENOTFOUND" }));
    expect(await sendTo("/", { resolve: nowhere }, { url: "http://hooks.example.com/" })).toEqual({ problem: "The target cannot be reached (ENOTFOUND)." });
    expect(await sendTo("/", { resolve: async () => [] }, { url: "http://hooks.example.com/" })).toEqual({ problem: "The name has no address." });
  });

  it("goes to the address that was judged, whatever the name says when it is asked again", async () => {
    const asked: string[] = [];
    const { port } = server.address() as AddressInfo;
    const resolve = async (hostname: string) => {
      asked.push(hostname);
      return [{ address: asked.length === 1 ? "127.0.0.1" : "192.0.2.1", family: 4 }];
    };
    expect(await sendTo("/ok", { resolve }, { url: `http://rebinding.example.com:${port}/ok` })).toMatchObject({ status: 204 });
    expect([asked, seen.headers.host]).toEqual([["rebinding.example.com"], `rebinding.example.com:${port}`]);
  });

  it.each([
    ["on its own", ["127.0.0.1"]],
    ["beside a public one", ["8.8.8.8", "10.0.0.1"]],
    ["mapped into IPv6", ["::ffff:127.0.0.1"]],
    ["by NAT64", ["64:ff9b::a9fe:a9fe"]],
  ])("never leaves for a name with a private address %s", async (_how, found) => {
    const before = seen.requests;
    const { port } = server.address() as AddressInfo;
    const resolve = async () => found.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
    const strict = createWebhookSender({ ...lax, isPrivateAllowed: false, resolve });
    expect(await strict.send(messageOf({ url: `https://rebinding.example.com:${port}/ok` }))).toEqual({
      problem: "The name leads to a private, local or reserved address.",
    });
    expect(seen.requests).toBe(before);
  });

  it("never leaves for an address that is refused, even if it was stored when it was not", async () => {
    const strict = createWebhookSender({ ...lax, isPrivateAllowed: false });
    const before = seen.requests;
    expect(await strict.send(messageOf({ url: `${base}/ok` }))).toEqual({ problem: "The address must begin with https://." });
    expect(await strict.send(messageOf({ url: `${base}/ok`.replace("http:", "https:") }))).toMatchObject({ problem: expect.stringContaining("private") });
    expect(seen.requests).toBe(before);
  });
});
