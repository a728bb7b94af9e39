import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import type { Secret } from "@keywright/core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { toVerification } from "../handlers/verification.ts";
import { createVerificationWriter } from "../handlers/verification-text.ts";
import { apiKey, createStubApp, otherKey, rootKey, stubHandlers, validOutcome } from "../testing/stub-app.ts";
import { replyText } from "./reply-text.ts";
import type { Handlers } from "./route.ts";
import type { TextAtOnce, VerifyAtOnce } from "./verify-lane.ts";

const url = "/api/v1/verify";
const body = JSON.stringify({ key: apiKey, scopes: ["send_email"] });
const root = { authorization: `Bearer ${rootKey}` };
const json = { "content-type": "application/json" };

interface Asked {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const write = createVerificationWriter();

/** What the stub's engine does with keys in memory: a verdict at once or a little later, and the long way for all others. */
const verifyAtOnce = vi.fn<VerifyAtOnce>(({ secret }, asked, tell) => {
  for (const [place, { body, requestId }] of asked.entries()) tell(place, textOf(secret, body.key, requestId));
});
const textOf = (secret: Secret, key: string, requestId: string): TextAtOnce => {
  if (secret.reveal() !== rootKey || key === otherKey) return undefined;
  if (key.includes("unsure")) return Promise.resolve(undefined);
  if (key.includes("broken")) return Promise.reject(new Error("a secret detail"));
  const text = write(validOutcome());
  if (key.includes("told")) return replyText(`{"key":"${key}","request":"${requestId}"}`);
  return key.includes("late") ? Promise.resolve(text) : text;
};
const verifyKey = vi.fn(async () => ({ status: 200 as const, body: toVerification(validOutcome()) }));
const batchUrl = "/api/v1/verify/batch";
const batchOf = (...keys: readonly unknown[]): string => JSON.stringify({ requests: keys.map((key) => ({ key })) });
/** The same for several: the keys' own verdicts are written by what is tested in `verify-keys.test.ts`. */
const verifyAllAtOnce = vi.fn<VerifyAtOnce<"verify-keys">>(({ secret }, asked, tell) => {
  for (const [place, { body }] of asked.entries()) tell(place, batchTextOf(secret, body.requests));
});
const batchTextOf = (secret: Secret, requests: readonly { readonly key: string }[]): TextAtOnce => {
  if (secret.reveal() !== rootKey || requests.some(({ key }) => key === otherKey)) return undefined;
  const isUnsure = requests.some(({ key }) => key.includes("unsure"));
  return Promise.resolve(isUnsure ? undefined : replyText(`{"data":[${requests.map(() => write(validOutcome()).text).join(",")}]}`));
};
const verifyKeys: Handlers["verify-keys"] = async ({ body: { requests } }) => ({
  status: 200,
  body: { data: requests.map(() => toVerification(validOutcome())) },
});
const { app, lines } = createStubApp({ verifyAtOnce, verifyAllAtOnce, handlers: stubHandlers({ "verify-key": verifyKey, "verify-keys": verifyKeys }) });

describe("the lane of verifications", () => {
  let port: number;
  beforeAll(async () => {
    await app.listen({ port: 0, host: "127.0.0.1" });
    ({ port } = app.server.address() as AddressInfo);
  });
  afterAll(() => app.close());

  const callLane = async ({ headers, body }: Asked, path = url) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: "POST", headers, body });
    return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
  };
  const callRoute = async ({ headers, body }: Asked, path = url) => {
    const response = await app.inject({ method: "POST", url: path, headers, payload: body });
    return { status: response.statusCode, headers: response.headers, body: response.body };
  };
  /** Without what differs between any two answers, and between a socket and none. */
  const comparable = ({ status, headers, body }: Awaited<ReturnType<typeof callRoute>>) => {
    const { "x-request-id": id = "", date: _date, connection: _connection, "keep-alive": _alive, ...rest } = headers;
    return { status, headers: rest, body: body.replaceAll(String(id), "req_x") };
  };

  /** Sends it in one piece, and resolves with what comes back once that are so many replies. */
  const exchange = async (text: string, replies: number): Promise<string> => {
    const socket = connect(port, "127.0.0.1");
    let received = "";
    socket.setEncoding("latin1").on("data", (chunk: string) => {
      received += chunk;
    });
    socket.write(text);
    await vi.waitFor(() => expect(received.split("HTTP/1.1 ").length - 1).toBe(replies));
    // The last one's body comes with its head.
    socket.destroy();
    return received;
  };

  it.each<[name: string, asked: Asked]>([
    ["a verification", { headers: { ...root, ...json }, body }],
    ["one that has to go the long way", { headers: { ...root, ...json }, body: JSON.stringify({ key: otherKey }) }],
    ["one that is known late", { headers: { ...root, ...json }, body: JSON.stringify({ key: "late" }) }],
    ["one that finds out late that it has to", { headers: { ...root, ...json }, body: JSON.stringify({ key: "unsure" }) }],
    ["an API key as the caller", { headers: { authorization: `Bearer ${apiKey}`, ...json }, body }],
    ["an API key as the caller, and a faulty body", { headers: { authorization: `Bearer ${apiKey}`, ...json }, body: "{}" }],
    ["the key in X-API-Key", { headers: { "x-api-key": rootKey, ...json }, body }],
    ["no credential", { headers: json, body }],
    ["two credentials", { headers: { ...root, "x-api-key": rootKey, ...json }, body }],
    ["an unknown credential", { headers: { authorization: `Bearer ${otherKey}`, ...json }, body }],
    ["an unknown credential, and a faulty body", { headers: { authorization: `Bearer ${otherKey}`, ...json }, body: "[" }],
    ["no JSON", { headers: { ...root, ...json }, body: "{" }],
    ["a field too many", { headers: { ...root, ...json }, body: JSON.stringify({ key: apiKey, keys: [] }) }],
    ["faulty fields", { headers: { ...root, ...json }, body: JSON.stringify({ key: 1, cost: 0, ip: "not an address" }) }],
    ["a forbidden name", { headers: { ...root, ...json }, body: '{"key":"a","__proto__":{}}' }],
    ["an idempotency key", { headers: { ...root, ...json, "idempotency-key": "once" }, body }],
    ["a compressed body", { headers: { ...root, ...json, "content-encoding": "gzip" }, body }],
    ["another charset", { headers: { ...root, "content-type": "application/json; charset=utf-16" }, body }],
    ["another type", { headers: { ...root, "content-type": "text/plain" }, body }],
    ["a long body", { headers: { ...root, ...json }, body: JSON.stringify({ key: "k".repeat(20_000) }) }],
    ["an empty body", { headers: { ...root, ...json }, body: "" }],
  ])("answers %s as the mounted endpoint does", async (_name, asked) => {
    expect(comparable(await callLane(asked))).toEqual(comparable(await callRoute(asked)));
  });

  it.each<[name: string, asked: Asked]>([
    ["several", { headers: { ...root, ...json }, body: batchOf(apiKey, `${apiKey}B`) }],
    ["some that have to go the long way", { headers: { ...root, ...json }, body: batchOf(apiKey, otherKey) }],
    ["some that find out late that they have to", { headers: { ...root, ...json }, body: batchOf("unsure", apiKey) }],
    ["an API key as the caller", { headers: { authorization: `Bearer ${apiKey}`, ...json }, body: batchOf(apiKey) }],
    ["no credential", { headers: json, body: batchOf(apiKey) }],
    ["an unknown credential, and a faulty body", { headers: { authorization: `Bearer ${otherKey}`, ...json }, body: "[" }],
    ["none at all", { headers: { ...root, ...json }, body: batchOf() }],
    ["too many", { headers: { ...root, ...json }, body: batchOf(...Array.from({ length: 101 }, () => apiKey)) }],
    ["faulty fields", { headers: { ...root, ...json }, body: batchOf(apiKey, 1) }],
    ["a forbidden name", { headers: { ...root, ...json }, body: '{"requests":[{"key":"a","__proto__":{}}]}' }],
    ["an idempotency key", { headers: { ...root, ...json, "idempotency-key": "once" }, body: batchOf(apiKey) }],
  ])("answers a batch of %s as the mounted endpoint does", async (_name, asked) => {
    expect(comparable(await callLane(asked, batchUrl))).toEqual(comparable(await callRoute(asked, batchUrl)));
  });

  it("asks once for a batch where all keys are in memory", async () => {
    verifyAllAtOnce.mockClear();
    expect((await callLane({ headers: { ...root, ...json }, body: batchOf(apiKey, apiKey) }, batchUrl)).status).toBe(200);
    expect(verifyAllAtOnce).toHaveBeenCalledTimes(1);
  });

  it("asks once where both keys are in memory", async () => {
    verifyKey.mockClear();
    verifyAtOnce.mockClear();
    expect((await callLane({ headers: { ...root, ...json }, body })).status).toBe(200);
    expect([verifyAtOnce.mock.calls.length, verifyKey.mock.calls.length]).toEqual([1, 0]);
    expect((await callLane({ headers: { ...root, ...json }, body: JSON.stringify({ key: "unsure" }) })).status).toBe(200);
    expect([verifyAtOnce.mock.calls.length, verifyKey.mock.calls.length]).toEqual([2, 1]);
  });

  it("asks together what one caller asks in one turn, tells each call its own answer, and does the rest the long way", async () => {
    verifyAtOnce.mockClear();
    const headOf = (secret: string, length: number) =>
      `POST ${url} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${secret}\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;
    const asked = (secret: string, body: string) => `${headOf(secret, body.length)}${body}`;
    const told = Array.from({ length: 70 }, (_, number) => asked(rootKey, JSON.stringify({ key: `told_${number}` })));
    const others = [
      asked(apiKey, body),
      asked(rootKey, "{"),
      asked(rootKey, JSON.stringify({ key: "broken" })),
      asked(rootKey, JSON.stringify({ key: "unsure" })),
    ];
    // In one piece, so that all of it comes in one turn.
    const text = await exchange([...told.slice(0, 3), ...others, ...told.slice(3)].join(""), told.length + others.length);
    const replies = text.split("HTTP/1.1 ").slice(1);
    const [kept, rest] = [[...replies.slice(0, 3), ...replies.slice(7)], replies.slice(3, 7)];
    for (const [number, reply] of kept.entries()) {
      const [, id] = /x-request-id: (\S+)/.exec(reply) ?? [];
      expect(reply.endsWith(`{"key":"told_${number}","request":"${id}"}`)).toBe(true);
    }
    expect(rest.map((reply) => reply.slice(0, 3))).toEqual(["200", "400", "500", "200"]);
    expect(verifyAtOnce.mock.calls.map(([{ secret }, several]) => [secret.reveal(), several.length])).toEqual([
      [rootKey, 64],
      [apiKey, 1],
      [rootKey, 8],
    ]);
  });

  it("gathers the calls of a few callers at once, however many there are", async () => {
    verifyAtOnce.mockClear();
    const callers = Array.from({ length: 6 }, (_, number) => `${apiKey.slice(0, -1)}${number}`);
    const requests = [...callers, ...callers].map(
      (secret) =>
        `POST ${url} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${secret}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    const text = await exchange(requests.join(""), requests.length);
    expect(text.split("HTTP/1.1 4").length - 1).toBe(requests.length);
    expect(verifyAtOnce.mock.calls.reduce((sum, [, several]) => sum + several.length, 0)).toBe(requests.length);
  });

  it("answers a failure of the engine with its problem, and logs it", async () => {
    const answer = await callLane({ headers: { ...root, ...json }, body: JSON.stringify({ key: "broken" }) });
    expect([answer.status, answer.body.includes("secret")]).toEqual([500, false]);
    expect(lines.some((line) => line.includes("a secret detail") && line.includes(answer.headers["x-request-id"] ?? "-"))).toBe(true);
  });

  it("answers those of several that have no answer yet where the engine fails at once", async () => {
    verifyAtOnce.mockImplementationOnce((_caller, _asked, tell) => {
      tell(1, replyText("{}"));
      throw new Error("a secret detail");
    });
    const head = `POST ${url} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${rootKey}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
    const text = await exchange(`${head}${body}`.repeat(3), 3);
    expect([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(["500", "200", "500"]);
  });

  it("reads a body in pieces, answers requests on one connection in their order, and none whose client has hung up", async () => {
    const socket = connect(port, "127.0.0.1");
    const head = `POST ${url} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${rootKey}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
    let text = "";
    socket.setEncoding("latin1").on("data", (chunk: string) => {
      text += chunk;
    });
    socket.write(`${head}${body.slice(0, 10)}`);
    await new Promise((resolve) => setImmediate(resolve));
    socket.write(`${body.slice(10)}${head}${body}${head}${body.slice(0, 5)}`);
    await vi.waitFor(() => expect(text.split("HTTP/1.1 200").length).toBe(3));
    socket.destroy();
    await once(socket, "close");
    expect((await callLane({ headers: { ...root, ...json }, body })).status).toBe(200);
  });
});
