import { once } from "node:events";
import { type ClientRequest, get, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { AppError, type AuditEntry, CredentialRefused, createLive, createMemoryBroadcast, createMemorySessions } from "@keywright/core";
import type { FastifyInstance } from "fastify";
import { afterEach, expect, it } from "vitest";
import { apiKey, createStubApp, rootKey } from "../testing/stub-app.ts";
import { changesFeed, createEventStreams, type EventStreams } from "./event-streams.ts";

const path = "/api/v1/platform/events";
const cookie = "keywright.session_token=abc.def";
const tenant = "ten_01F8MECHZX3TBDSZ7XRADM";
const embedToken = `kwembed.${"5".repeat(64)}`;
const embedder = "https://app.example.com";
const embedded = { authorization: `Bearer ${embedToken}`, "x-keywright-embedder": embedder };
const opened: { readonly app: FastifyInstance; readonly streams: EventStreams }[] = [];
afterEach(async () => {
  for (const { app, streams } of opened.splice(0)) {
    streams.close();
    await app.close();
  }
});

const open = async () => {
  const time = { ms: 0 };
  const timer = { nowMs: () => time.ms };
  const broadcast = createMemoryBroadcast();
  const streams = createEventStreams({ feed: changesFeed(createLive({ broadcast, clock: timer })), timer });
  const sessions = createMemorySessions();
  sessions.begin(cookie, { accountId: "acc_1", email: "ada@example.com", name: "Ada", isOperator: false });
  const flag = { isOn: true };
  const embed = { isOpen: true };
  const asked: boolean[] = [];
  const { app } = createStubApp({
    streams,
    isManagementEnabled: async () => flag.isOn,
    accounts: { endpoints: [], call: () => Promise.reject(new Error("not called")), find: sessions.find },
    authenticator: async ({ secret, isAskedAgain = false, ...from }) => {
      asked.push(isAskedAgain);
      if (secret.reveal() !== apiKey) throw new CredentialRefused("INVALID_CREDENTIAL", null);
      return { actor: { ...from, type: "api_key", id: "key_1", tenantId: tenant, memberId: null, scopes: ["read"] }, spent: null };
    },
    authenticateEmbedded: async ({ token, embedder: origin, permission, ip, requestId }) => {
      if (!embed.isOpen || token.reveal() !== embedToken || origin !== embedder || permission !== "keys:read") throw new AppError("INVALID_CREDENTIAL");
      return { actor: { type: "member", id: "mem_1", memberId: "mem_1", tenantId: tenant, scopes: [], role: "viewer", ip, requestId }, spent: null };
    },
    authorizePerson: async ({ tenantId, ip, requestId }) => {
      if (tenantId !== tenant) throw new AppError("NOT_FOUND");
      return { actor: { type: "member", id: "mem_1", memberId: "mem_1", tenantId, scopes: [], role: "viewer", ip, requestId }, spent: null };
    },
  });
  opened.push({ app, streams });
  await app.listen({ port: 0, host: "127.0.0.1" });
  const { port } = app.server.address() as AddressInfo;
  const ask = async (query: string, headers: Record<string, string>) => {
    const request: ClientRequest = get({ port, path: path + query, headers });
    const [response] = (await once(request, "response")) as [IncomingMessage];
    const state = { text: "" };
    response.setEncoding("utf8").on("data", (chunk: string) => {
      state.text += chunk;
    });
    response.on("error", () => {});
    const ended = once(response, "close");
    return { response, ended, state, json: async () => ended.then(() => JSON.parse(state.text)) };
  };
  const pass = (ms: number) => {
    time.ms += ms;
    return streams.tick();
  };
  return { app, streams, sessions, flag, embed, asked, ask, pass, broadcast };
};

it("streams to a session, for the tenant that it names, until the session ends", async () => {
  const { ask, sessions, pass } = await open();
  const { response, ended, state } = await ask(`?tenant_id=${tenant}`, { cookie });
  expect(response).toMatchObject({ statusCode: 200, headers: { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store" } });
  await pass(5_000);
  sessions.end(cookie);
  await pass(5_000);
  await ended;
  expect(state.text).toMatch(/event: ready\n.*\n\nid: 2\nevent: end\n/);
});

it("streams to an API key, which is charged once, until management is switched off", async () => {
  const { ask, asked, pass, flag } = await open();
  const { ended, state } = await ask("", { authorization: `Bearer ${apiKey}`, "last-event-id": "7" });
  await pass(5_000);
  flag.isOn = false;
  await pass(5_000);
  await ended;
  expect([state.text.match(/event: .*/g), asked]).toEqual([
    ["event: ready", "event: reload", "event: end"],
    [false, true, true],
  ]);
});

it("streams to an embed session, for its own tenant, until the session ends", async () => {
  const { ask, embed, pass, broadcast } = await open();
  const { response, ended, state } = await ask("", embedded);
  expect(response.statusCode).toBe(200);
  const live = createLive({ broadcast, clock: { nowMs: () => 0 } });
  const made = (tenantId: string) => ({ tenantId, action: "key.created", targetType: "key", targetId: "key_1", atMs: 0 }) as AuditEntry;
  live.tellChanges([made(`ten_${"0".repeat(22)}`), made(tenant)]);
  await pass(5_000);
  embed.isOpen = false;
  await pass(5_000);
  await ended;
  expect(state.text.match(/event: .*/g)).toEqual(["event: ready", "event: key.created", "event: end"]);
  expect(state.text).toContain(`"tenant_id":"${tenant}"`);
});

it("forgets a reader who has gone", async () => {
  const { ask, streams, app } = await open();
  const gone = once(app.server, "connection").then(([socket]) => once(socket, "close"));
  const { response } = await ask("", { authorization: `Bearer ${apiKey}` });
  response.destroy();
  await gone;
  for (let number = 0; number < 31; number++) await ask("", { authorization: `Bearer ${apiKey}` });
  streams.requireRoom(tenant);
});

it.each([
  ["nobody", "", {}, 401, "UNAUTHENTICATED"],
  ["a bad key", "", { authorization: `Bearer ${rootKey}` }, 401, "INVALID_CREDENTIAL"],
  ["a session in no such tenant", `?tenant_id=ten_${"0".repeat(22)}`, { cookie }, 404, "NOT_FOUND"],
  ["an API key for another tenant", `?tenant_id=ten_${"0".repeat(22)}`, { authorization: `Bearer ${apiKey}` }, 404, "NOT_FOUND"],
  ["an embed session for another tenant", `?tenant_id=ten_${"0".repeat(22)}`, embedded, 404, "NOT_FOUND"],
  ["an embed session in the page of another origin", "", { ...embedded, "x-keywright-embedder": "https://evil.example" }, 401, "INVALID_CREDENTIAL"],
  ["a parameter that is not known", "?since=1", { authorization: `Bearer ${apiKey}` }, 400, "INVALID_REQUEST"],
  ["a key in the URL", `?token=${apiKey}`, {}, 400, "CREDENTIAL_IN_QUERY"],
] as const)("is refused to %s", async (...[, query, headers, status, code]) => {
  const { ask } = await open();
  expect(await (await ask(query, headers)).json()).toMatchObject({ status, code });
});

it("is refused while management is switched off, and where as many are open as may be", async () => {
  const { ask, flag } = await open();
  flag.isOn = false;
  expect(await (await ask("", { authorization: `Bearer ${apiKey}` })).json()).toMatchObject({ code: "FEATURE_DISABLED" });
  flag.isOn = true;
  for (let number = 0; number < 32; number++) await ask("", { authorization: `Bearer ${apiKey}` });
  expect(await (await ask("", { authorization: `Bearer ${apiKey}` })).json()).toMatchObject({ status: 429, code: "RATE_LIMITED" });
});

it("takes no other method", async () => {
  const { app } = await open();
  for (const method of ["POST", "HEAD"] as const) expect((await app.inject({ method, url: path })).statusCode).toBe(405);
});
