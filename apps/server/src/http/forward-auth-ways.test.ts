import { once } from "node:events";
import { METHODS } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { doorAnswers, forwardAuth, verdicts } from "@keywright/contract";
import { Unavailable, type VerifyCommand, type VerifyOutcome } from "@keywright/core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { exchange, type RawRequest, requestText } from "../testing/raw-http.ts";
import { createStubApp, eachBehind, otherKey, recordOf, rootKey, spentOf } from "../testing/stub-app.ts";
import { WholeRequest } from "./whole-request.ts";

const door = forwardAuth.path;

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
    verifyEachBehind: eachBehind(({ secret }, command) => {
      const key = command.key.reveal();
      if (secret.reveal() !== rootKey || key.includes("cold")) return undefined;
      return Promise.resolve().then(() => (key.includes("late") ? undefined : charge("behind", command)));
    }),
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

type Asked = Partial<RawRequest>;
const askText = (asked: Asked): string => requestText({ url: door, ...asked });

const gateway = ["X-Keywright-Root-Key", rootKey] as const;
const client = (key: string) => [gateway, ["X-API-Key", key] as const] as const;
/** Another question on the same connection, which then ends. */
const last = askText({ headers: [...client("last"), ["Connection", "close"]] });
const post = (body: string): Asked => ({
  method: "POST",
  headers: [...client("k"), ["Content-Length", `${body.length}`], ["Content-Type", "\x80 none"]],
  body,
});

describe("the two ways of a gateway's question", () => {
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

  it("are two: the lane alone takes a request whole", async () => {
    const takeBody = vi.spyOn(WholeRequest.prototype, "takeBody");
    const taken: number[] = [];
    for (const { port, traces } of ways) {
      await exchange(port, last);
      traces();
      taken.push(takeBody.mock.calls.length);
    }
    takeBody.mockRestore();
    expect(taken).toEqual([1, 1]);
  });

  const queries = ["", "?deny=403", "?scopes=a,b"];
  const cases = verdicts.flatMap((verdict) => ["", "cold", "late"].flatMap((how) => queries.map((query) => ({ verdict, how, query }))));

  it.each(cases)("answer alike, charge once and wait alike: $verdict $how $query", async ({ verdict, how, query }) => {
    const { answer, seen, slept } = await askBoth(askText({ url: door + query, headers: client(`${verdict}-${how}`) }) + last);
    const { status } = doorAnswers[verdict];
    const shown = query === "?deny=403" && status !== 200 ? 403 : status;
    expect(answer.startsWith(`HTTP/1.1 ${shown} `)).toBe(true);
    // One charge and one note; and the same of what came last.
    expect(seen).toHaveLength(4);
    expect(slept).toEqual(status === 401 ? [10] : []);
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
  ])("answer alike: %s", async (_name, asked) => {
    const { answer, lines } = await askBoth(askText(asked) + last);
    expect(answer.split("HTTP/1.1 ").filter((each) => each !== "" && !each.startsWith("100"))).toHaveLength(2);
    expect(answer).not.toContain("secret detail");
    expect(lines.join("")).not.toMatch(/RRRR|BBBB/);
  });

  it("answer alike, whatever comes", async () => {
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
        await askBoth(askText({ method, url: door + query, headers: [...headers, ...(isProved ? [gateway] : [])] }) + last);
      }),
      { numRuns: 300 },
    );
  });

  it("answer many on one connection in their order, also those that are held back", async () => {
    const keys = ["VALID", "NOT_FOUND", "RATE_LIMITED-late", "VALID-cold", "REVOKED", "VALID"];
    const { answer } = await askBoth(keys.map((key) => askText({ headers: client(key) })).join("") + last);
    expect([...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(["200", "401", "429", "200", "401", "200", "200"]);
  });

  it("tell a client that stays that the server closes", async () => {
    const { app, port } = await openApp(true);
    const [line, ...rest] = askText({ headers: client("k") }).split(/(?<=\r\n)/);
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
    expect(answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*\r\nconnection: close\r\n/i);
  });
});
