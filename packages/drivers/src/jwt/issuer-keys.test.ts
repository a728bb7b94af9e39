import { Unavailable } from "@keywright/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ada, good, nowSeconds, openOutsideTokens } from "../testing/outside-scene.ts";
import { type IssuerKey, newIssuerKey, startTokenIssuer, type TokenIssuer } from "../testing/token-issuer.ts";

let issuer: TokenIssuer;
let first: IssuerKey;
let second: IssuerKey;
beforeAll(async () => {
  [first, second] = await Promise.all([newIssuerKey("RS256", "one"), newIssuerKey("ES256", "two")]);
  issuer = await startTokenIssuer([first]);
});
afterAll(() => issuer.close());

const open = (url = issuer.url, deadlineMs?: number) => openOutsideTokens(url, deadlineMs);

describe("the issuer's keys", () => {
  it("are read once for many tokens at once, and again after ten minutes", async () => {
    issuer.publish([first]);
    const tokens = open();
    const token = await first.sign({ ...good, exp: nowSeconds + 10_000 });
    const before = issuer.reads();
    expect(new Set((await Promise.all(Array.from({ length: 50 }, () => tokens.verify(token)))).map((person) => person?.subject))).toEqual(new Set(["user-7"]));
    expect(issuer.reads() - before).toBe(1);
    tokens.pass(599);
    await tokens.verify(token);
    expect(issuer.reads() - before).toBe(1);
    tokens.pass(1);
    await tokens.verify(token);
    expect(issuer.reads() - before).toBe(2);
    expect(tokens.events).toEqual([{ type: "read" }]);
    expect(await tokens.health()).toBe("ok");
  });

  it("may be rotated: a new one is known at once, one that was taken away is refused after ten minutes at most", async () => {
    issuer.publish([first]);
    const tokens = open();
    const [byFirst, bySecond] = await Promise.all([first.sign({ ...good, exp: nowSeconds + 10_000 }), second.sign({ ...good, exp: nowSeconds + 10_000 })]);
    expect(await tokens.verify(byFirst)).toEqual(ada);
    tokens.pass(5);
    issuer.publish([first, second]);
    expect([await tokens.verify(bySecond), await tokens.verify(byFirst)]).toEqual([ada, ada]);
    issuer.publish([second]);
    tokens.pass(600);
    expect([await tokens.verify(bySecond), await tokens.verify(byFirst)]).toEqual([ada, undefined]);
  });

  it("are read once in five seconds, however many tokens name keys that nobody knows", async () => {
    issuer.publish([first]);
    const tokens = open();
    await tokens.verify(await first.sign(good));
    const before = issuer.reads();
    const stranger = await newIssuerKey("ES256", "stranger");
    const token = await stranger.sign(good);
    tokens.pass(5);
    for (let i = 0; i < 20; i++) expect(await tokens.verify(token)).toBeUndefined();
    expect(issuer.reads() - before).toBe(1);
    tokens.pass(5);
    expect(await tokens.verify(token)).toBeUndefined();
    expect(issuer.reads() - before).toBe(2);
  });

  it("must be named where there are several of a kind", async () => {
    const [one, other] = [await newIssuerKey("RS256", undefined), await newIssuerKey("RS256", undefined)];
    issuer.publish([one, other]);
    expect(await open().verify(await one.sign(good))).toBeUndefined();
    issuer.publish([one]);
    expect(await open().verify(await one.sign(good))).toEqual(ada);
  });

  it.each<[string, Parameters<TokenIssuer["publish"]>[0]]>([
    ["fail", (response) => response.writeHead(503).end()],
    ["lead elsewhere", (response) => response.writeHead(302, { location: "/other" }).end()],
    ["are a page", (response) => response.end("<html>")],
    ["are no set", (response) => response.end('{"keys":{}}')],
    ["are a set of something else", (response) => response.end('{"keys":["one"]}')],
    ["are 101", (response) => response.end(JSON.stringify({ keys: Array(101).fill({ kty: "RSA" }) }))],
    ["are 300 kB", (response) => response.end(`{"keys":[],"x":"${"x".repeat(300_000)}"}`)],
    ["break off", (response) => void response.writeHead(200, { "content-length": "100" }).write("{", () => response.destroy())],
  ])("that %s are out of reach when none were read before, and the known ones go on when they were", async (_what, answer) => {
    const token = await first.sign({ ...good, exp: nowSeconds + 200_000 });
    issuer.publish(answer);
    const fresh = open();
    await expect(fresh.verify(token)).rejects.toEqual(new Unavailable("outside-tokens"));
    expect(fresh.events).toEqual([{ type: "failed", reason: expect.stringMatching(/^The token keys at http.*\.$/) }]);
    expect(await fresh.health()).toMatch(/^out of reach: The token keys/);

    issuer.publish([first]);
    const tokens = open();
    expect(await tokens.verify(token)).toEqual(ada);
    issuer.publish(answer);
    tokens.pass(600);
    expect(await tokens.verify(token)).toEqual(ada);
    expect(await tokens.health()).toMatch(/^degraded: The token keys/);
    tokens.pass(24 * 60 * 60 - 600);
    await expect(tokens.verify(token)).rejects.toEqual(new Unavailable("outside-tokens"));
    issuer.publish([first]);
    tokens.pass(5);
    expect(await tokens.verify(token)).toEqual(ada);
    expect(tokens.events.map(({ type }) => type)).toEqual(["read", "failed", "read"]);
  });

  it("that never come hold up one round of tokens for the deadline, and nobody for five seconds after", async () => {
    issuer.publish(() => {});
    const tokens = open(issuer.url, 100);
    const token = await first.sign(good);
    const before = issuer.reads();
    const startedMs = performance.now();
    for (let i = 0; i < 100; i++) await expect(tokens.verify(token)).rejects.toBeInstanceOf(Unavailable);
    // A deadline for each would be ten seconds and more.
    expect(performance.now() - startedMs).toBeLessThan(8_000);
    expect(issuer.reads() - before).toBeLessThanOrEqual(1);
  });

  it("are out of reach where nobody listens", async () => {
    const tokens = open("http://127.0.0.1:9/jwks");
    await expect(tokens.verify(await first.sign(good))).rejects.toEqual(new Unavailable("outside-tokens"));
    expect(tokens.events).toEqual([{ type: "failed", reason: expect.stringContaining("out of reach") }]);
  });
});
