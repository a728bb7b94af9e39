import { once } from "node:events";
import { createServer, METHODS } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { doorAnswers, verdicts } from "@keywright/contract";
import { Unavailable, type VerifyCommand, type VerifyOutcome } from "@keywright/core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createEndpointMeters } from "../telemetry/endpoint-meters.ts";
import type { Tracing } from "../telemetry/tracing.ts";
import { createStubApp, otherKey, recordOf, rootKey, spentOf, validOutcome } from "../testing/stub-app.ts";
import { createForwardAuthLane } from "./forward-auth-lane.ts";
import type { GatewayDoor } from "./gateway-door.ts";
import { WholeRequest } from "./whole-request.ts";

const door = "/api/v1/forward-auth";

/** A stub's engine: keys that are named after their verdict, in memory; some after what else may be in the way. */
const outcomeOf = (key: string): VerifyOutcome => {
  const verdict = verdicts.find((name) => key.includes(name)) ?? "VALID";
  if (verdict === "MALFORMED" || verdict === "NOT_FOUND") return { verdict, record: null, spent: null, expiresAtMs: null };
  const record = recordOf({ name: "Mailer – 100 %", ownerId: "mem_1", scopes: ["a", "b"] });
  const key_ = { limit: 5, windowSeconds: 1, remaining: 0, resetSeconds: 1, retrySeconds: 3 };
  return { verdict, record, spent: spentOf({ outcome: verdict, ...(verdict !== "VALID" && { key: key_ }) }), expiresAtMs: 1_700_000_000_000 };
};

const openApp = async (isLaneOpen: boolean) => {
  const seen: string[] = [];
  const charge = (way: string, { key, ...command }: VerifyCommand): VerifyOutcome => {
    seen.push(JSON.stringify({ way, key: key.reveal(), ...command }));
    if (key.reveal().includes("fault")) throw new Error("a secret detail");
    if (key.reveal().includes("unavailable")) throw new Unavailable("ledger");
    return outcomeOf(key.reveal());
  };
  const { app, lines, slept } = createStubApp({
    verifyBehind: ({ secret }, command) => {
      const key = command.key.reveal();
      if (secret.reveal() !== rootKey || key.includes("cold")) return undefined;
      return Promise.resolve().then(() => (key.includes("late") ? undefined : charge("behind", command)));
    },
    verify: async (command) => charge("verify", command),
    note: (command, { verdict }, { userAgent }) => seen.push(JSON.stringify({ noted: command.key.reveal(), verdict, userAgent })),
  });
  if (!isLaneOpen) {
    app.server.removeAllListeners("request");
    app.server.on("request", (request, response) => app.routing(request, response));
  }
  await app.listen({ port: 0, host: "127.0.0.1" });
  const { port } = app.server.address() as AddressInfo;
  /** What an exchange leaves behind: what was charged and noted, waited for, and logged; in no order, for one connection's requests overtake each other. */
  const traces = () => ({ seen: seen.splice(0).sort(), slept: (slept as number[]).splice(0), lines: (lines as string[]).splice(0).map(masked).sort() });
  return { app, port, traces };
};

/** Without what differs between any two answers. */
const masked = (text: string): string =>
  text
    .replace(/req_[0-9a-z]+/g, "req_x")
    .replace(/Date: [^\r]*/g, "Date: x")
    .replace(/"time":[^,]*/g, '"time":0')
    .replace(/"stack":"(?:[^"\\]|\\.)*"/g, '"stack":""');

interface Asked {
  readonly method?: string;
  readonly url?: string;
  readonly version?: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
}

const requestText = ({ method = "GET", url = door, version = "1.1", headers = [], body = "" }: Asked): string =>
  `${method} ${url} HTTP/${version}\r\nHost: x\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body}`;

/** All that comes back over one connection, until the server ends it. */
const exchange = async (port: number, text: string): Promise<string> => {
  const socket = connect(port, "127.0.0.1").setEncoding("latin1");
  let answer = "";
  socket.on("data", (chunk: string) => {
    answer += chunk;
  });
  socket.write(text);
  await once(socket, "close");
  return answer;
};

const gateway = ["X-Keywright-Root-Key", rootKey] as const;
const client = (key: string) => [gateway, ["X-API-Key", key] as const] as const;
/** Another question on the same connection, which then ends. */
const last = requestText({ headers: [...client("last"), ["Connection", "close"]] });
const post = (body: string): Asked => ({
  method: "POST",
  headers: [...client("k"), ["Content-Length", `${body.length}`], ["Content-Type", "\x80 none"]],
  body,
});

describe("the lane of gateways' questions", () => {
  let ways: readonly Awaited<ReturnType<typeof openApp>>[];
  beforeAll(async () => {
    ways = [await openApp(true), await openApp(false)];
  });
  afterAll(() => Promise.all(ways.map(({ app }) => app.close())));

  /** The same over both ways, byte by byte, and with the same traces. */
  const askBoth = async (text: string) => {
    const [lane, mounted] = await Promise.all(
      ways.map(async ({ port, traces }) => {
        const answer = await exchange(port, text);
        return { answer: masked(answer), ...traces() };
      }),
    );
    expect(lane).toEqual(mounted);
    return lane as NonNullable<typeof lane>;
  };

  it.each(verdicts)("answers as the mounted door does: %s", async (verdict) => {
    for (const how of ["", "cold", "late"]) {
      for (const query of ["", "?deny=403", "?scopes=a,b"]) {
        const text = requestText({ url: door + query, headers: client(`${verdict}-${how}`) });
        const { answer, seen, slept } = await askBoth(text + last);
        const { status } = doorAnswers[verdict];
        expect(answer.startsWith(`HTTP/1.1 ${query === "?deny=403" && status !== 200 ? 403 : status} `)).toBe(true);
        // One charge and one note; and the same of what came last.
        expect(seen).toHaveLength(4);
        expect(slept).toEqual(status === 401 ? [10] : []);
      }
    }
  });

  it.each<[name: string, asked: Asked]>([
    ["no gateway", { headers: [["X-API-Key", "k"]] }],
    [
      "an unknown gateway",
      {
        headers: [
          ["X-Keywright-Root-Key", otherKey],
          ["X-API-Key", "k"],
        ],
      },
    ],
    ["a gateway that proves itself twice", { headers: [gateway, ...client("k")] }],
    [
      "a gateway with a text that is no key",
      {
        headers: [
          ["X-Keywright-Root-Key", "a".repeat(600)],
          ["X-API-Key", "k"],
        ],
      },
    ],
    ["no key", { headers: [gateway] }],
    ["no key, to nginx", { url: `${door}?deny=403`, headers: [gateway] }],
    ["another scheme", { headers: [gateway, ["Authorization", "Basic YTpi"]] }],
    ["one key in both headers", { headers: [...client("k"), ["Authorization", "bEARER k"]] }],
    ["two keys", { headers: [...client("k"), ["Authorization", "Bearer other"]] }],
    ["one header twice", { headers: [...client("k"), ["x-api-key", "k"]] }],
    ["a key that is too long", { headers: client("k".repeat(600)) }],
    ["a policy that cannot be read", { url: `${door}?scope=a`, headers: client("k") }],
    ["a key in the query", { url: `${door}?key=${otherKey}`, headers: client("k") }],
    ["a failure", { headers: client("fault") }],
    ["a failure of an engine", { url: `${door}/v1/x`, headers: client("unavailable") }],
    ["a failure, cold", { headers: client("fault-cold") }],
    ["a client's path", { method: "PUT", url: `${door}/v1/x?scopes=a&deny=403`, headers: client("k") }],
    ["a client's path that nobody can decode", { url: `${door}/%ff?a=%`, headers: client("MALFORMED") }],
    ["a slash at the end", { url: `${door}/?scopes=a`, headers: client("INSUFFICIENT_SCOPE") }],
    ["what only looks like the door", { url: `${door}x`, headers: client("k") }],
    ["an encoded path", { url: "/api/v1/forward%2Dauth", headers: client("k") }],
    ["a fragment", { url: `${door}#x`, headers: client("k") }],
    ["HEAD", { method: "HEAD", headers: client("k") }],
    ["HEAD, refused", { method: "HEAD", headers: client("RATE_LIMITED") }],
    ["an older HTTP", { version: "1.0", headers: [...client("k"), ["Connection", "keep-alive"]] }],
    ["no body, said so", { method: "POST", headers: [...client("k"), ["Content-Length", "0"]] }],
    ["a body", post("x".repeat(300_000))],
    ["a body, which is refused", { ...post("x"), headers: [...client("RATE_LIMITED"), ["Content-Length", "1"]] }],
    ["a body in pieces", { method: "POST", headers: [...client("k"), ["Transfer-Encoding", "chunked"]], body: "1\r\nx\r\n0\r\n\r\n" }],
    ["a body that is waited for", { ...post("xy"), headers: [...client("k"), ["Expect", "100-continue"], ["Content-Length", "2"]] }],
    ["a promise of a body, and none", { headers: [...client("k"), ["Expect", "100-continue"]] }],
    ["a body with GET", { headers: [...client("k"), ["Content-Length", "3"]], body: "xyz" }],
  ])("answers as the mounted door does: %s", async (_name, asked) => {
    const { answer, lines } = await askBoth(requestText(asked) + last);
    expect(answer.split("HTTP/1.1 ").filter((each) => each !== "" && !each.startsWith("100"))).toHaveLength(2);
    expect(answer).not.toContain("secret detail");
    expect(lines.join("")).not.toMatch(/RRRR|BBBB/);
  });

  it("answers as the mounted door does, whatever comes", async () => {
    const names = ["X-API-Key", "Authorization", "X-Keywright-Scopes", "X-Forwarded-For", "X-Forwarded-Uri", "X-Original-URI", "X-Original-URL", "user-agent"];
    const more = ["X-Forwarded-Method", "X-Original-Method", "Cookie", "Accept", "X-Keywright-Key-Id", "X-Keywright-Root-Key", "traceparent", "If-Match"];
    const values = [
      "k",
      "Bearer k",
      "Bearer RATE_LIMITED",
      "",
      "a, b",
      "203.0.113.7",
      "10.0.0.1, 203.0.113.9:80",
      "/v1/x?y#z",
      "https://h/p?q",
      "POST",
      otherKey,
    ];
    const text = fc.oneof(fc.constantFrom(...values), fc.string({ unit: fc.constantFrom(..."aZ/?#,_-%: é"), maxLength: 40 }));
    const header = fc.tuple(fc.mixedCase(fc.constantFrom(...names, ...more)), text);
    const query = fc.constantFrom(
      "",
      "?",
      "?deny=403",
      "?scopes=a",
      "?scopes=a,b&deny=403",
      "?scopes=",
      "?x",
      "/",
      "/v1?scopes=a",
      "//a",
      "/?scopes=a&deny=403",
    );
    const method = fc.constantFrom(...METHODS.filter((name) => name !== "CONNECT"));
    const asked = fc.record({ method, query, headers: fc.array(header, { maxLength: 6 }), isProved: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(asked, async ({ method, query, headers, isProved }) => {
        await askBoth(requestText({ method, url: door + query, headers: [...headers, ...(isProved ? [gateway] : [])] }) + last);
      }),
      { numRuns: 300 },
    );
  });

  it("answers many on one connection in their order, also those that are held back", async () => {
    const keys = ["VALID", "NOT_FOUND", "RATE_LIMITED-late", "VALID-cold", "REVOKED", "VALID"];
    const { answer } = await askBoth(keys.map((key) => requestText({ headers: client(key) })).join("") + last);
    expect([...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(["200", "401", "429", "200", "401", "200", "200"]);
  });

  it("tells a client that stays that the server closes", async () => {
    const { app, port } = await openApp(true);
    const [line, ...rest] = requestText({ headers: client("k") }).split(/(?<=\r\n)/);
    const isConnected = once(app.server, "connection");
    const socket = connect(port, "127.0.0.1").setEncoding("latin1");
    let answer = "";
    socket.on("data", (chunk: string) => {
      answer += chunk;
    });
    await Promise.all([isConnected, new Promise((sent) => socket.write(line ?? "", sent))]);
    const closed = app.close();
    socket.write(rest.join(""));
    await Promise.all([closed, once(socket, "close")]);
    expect(answer).toMatch(/^HTTP\/1\.1 200 [^]*\r\nconnection: close\r\n/i);
  });
});

describe("the lane by itself", () => {
  const asked: string[] = [];
  const answerDoor: GatewayDoor = async ({ url, peer }) => {
    asked.push(`${url} ${peer}`);
    return { status: 200, headers: ["x-a", url.includes("broken") ? "\n" : "b"], body: undefined };
  };
  const meters = createEndpointMeters();
  const spans: unknown[] = [];
  const tracing = {
    begin: ({ name, method, requestId }) => {
      const span = { name, method, requestId, status: 0 };
      spans.push(span);
      return {
        within: (work) => work(),
        end: (status) => {
          span.status = status;
        },
      };
    },
  } satisfies Pick<Tracing, "begin"> as unknown as Tracing;
  const { logger } = { logger: { info: () => {}, error: () => {} } as never };
  const deps = { door: answerDoor, meter: meters.of("forward-auth"), newRequestId: () => "req_1", isClosing: () => false, logger };
  const lane = createForwardAuthLane(deps);
  const tracedLane = createForwardAuthLane({ ...deps, tracing });
  const server = createServer({ IncomingMessage: WholeRequest }, (request, response) => {
    const isTaken = (request.url?.includes("traced") === true ? tracedLane : lane)(request, response);
    if (!isTaken) response.writeHead(204).end();
  });
  let port: number;
  beforeAll(async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(() => {
    server.close();
  });
  const statusOf = async (what: Asked): Promise<number> => {
    const text = await exchange(port, requestText({ ...what, headers: [...(what.headers ?? []), ["Connection", "close"]] }));
    return Number(text.split(" ")[1]);
  };

  it.each<[name: string, asked: Asked]>([
    ["a question", {}],
    ["any method", { method: "PROPFIND" }],
    ["a client's path", { url: `${door}/%ff` }],
    ["a length of nothing", { headers: [["Content-Length", "0"]] }],
    [
      "what gateways add",
      {
        headers: [
          ["X-Forwarded-Proto", "https"],
          ["X-Forwarded-Host", "x"],
          ["X-Request-Id", "1"],
          ["Cookie", "a"],
          ["Cookie", "b"],
        ],
      },
    ],
  ])("takes %s", async (_name, what) => {
    expect(await statusOf(what)).toBe(200);
    expect(asked.pop()).toBe(`${what.url ?? door} 127.0.0.1`);
  });

  it.each<[name: string, asked: Asked]>([
    ["HEAD", { method: "HEAD" }],
    ["another path", { url: `${door}s` }],
    ["a body", { headers: [["Content-Length", "1"]], body: "x" }],
    ["a body in pieces", { headers: [["Transfer-Encoding", "chunked"]], body: "0\r\n\r\n" }],
    ["an expectation", { headers: [["Expect", "100-continue"]] }],
    ["an upgrade", { headers: [["Upgrade", "h2c"]] }],
    [
      "two addresses",
      {
        headers: [
          ["X-Forwarded-For", "a"],
          ["x-forwarded-for", "b"],
        ],
      },
    ],
    [
      "two keys",
      {
        headers: [
          ["X-API-Key", "a"],
          ["x-api-key", "b"],
        ],
      },
    ],
    ["a thousand headers", { headers: Array.from({ length: 1000 }, () => ["a", ""] as const) }],
  ])("leaves %s to the common way", async (_name, what) => {
    const status = await statusOf(what);
    expect([204, 100]).toContain(status);
    expect(asked).toEqual([]);
  });

  it("leaves everything to the common way while the server closes", () => {
    const closing = createForwardAuthLane({ ...deps, isClosing: () => true });
    expect(closing({ url: door, method: "GET", rawHeaders: [] } as unknown as WholeRequest, {} as never)).toBe(false);
  });

  it("answers a reply that cannot be written as a failure, and counts it", async () => {
    expect(await statusOf({ url: `${door}/broken` })).toBe(500);
    expect(meters.requests().find(({ labels }) => labels["status"] === "5xx")?.value).toBe(1);
    asked.length = 0;
  });

  it("traces each question in a span of its own", async () => {
    expect(await statusOf({ url: `${door}/traced` })).toBe(200);
    expect(spans).toEqual([{ name: "forward-auth", method: "GET", requestId: "req_1", status: 200 }]);
    asked.length = 0;
  });

  it("lets go of the connection of a client that hangs up", async () => {
    const socket = connect(port, "127.0.0.1");
    socket.write(requestText({}));
    socket.destroy();
    await once(socket, "close");
    expect(await statusOf({})).toBe(200);
    asked.length = 0;
  });
});
