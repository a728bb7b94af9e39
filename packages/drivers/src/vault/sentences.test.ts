import { describe, expect, it } from "vitest";
import { describeFailure, describeRefusal } from "./sentences.ts";
import { serverProblems } from "./server-problems.ts";

const sentence = (status: number, errors: readonly string[] = [], path = "secret/data/api_keys/a"): string =>
  describeRefusal({ method: "GET", path }, { status, errors, body: {} }).message;

describe("a refusal", () => {
  it.each([301, 302, 307, 308, 472, 473])("of HTTP %i is a standby's", (status) => {
    expect(sentence(status)).toMatch(/^Vault's address leads to a standby that does not hand requests on /);
  });

  it.each([
    [500, ["local node not active but active cluster node not found"], /^Vault's address leads to a standby /],
    [503, ["Vault is sealed"], /^Vault is sealed: unseal it\.$/],
    [503, ["OpenBao is sealed"], /^Vault is sealed: unseal it\.$/],
    [501, [], /^Vault is not initialised: /],
    [412, ["required index state not present"], /^Vault's standby has not caught up /],
    [429, ['request path "secret": rate limit quota exceeded'], /^A rate limit quota of Vault /],
    [418, ["a\n\n  teapot\n"], /^Vault refused GET secret\/data\/api_keys\/a with HTTP 418 \(a teapot\)\.$/],
  ] as const)("of HTTP %i with %j is told from others", (status, errors, expected) => {
    expect(sentence(status, errors)).toMatch(expected);
  });

  it("of a login quotes nothing, for a credential may be in it, and none quotes without end", () => {
    expect(sentence(500, ["no such jwt: eyJhb"], "auth/kubernetes/login")).toBe("Vault refused GET auth/kubernetes/login with HTTP 500.");
    expect(sentence(404, ["no handler eyJhb"], "auth/kubernetes/login")).not.toContain("eyJhb");
    expect(sentence(500, ["x".repeat(10_000)]).length).toBeLessThan(500);
  });
});

describe("a failure without a code", () => {
  it("is a sentence all the same", () => {
    expect(describeFailure(new Error("the password is hunter2"))).toBe("Vault cannot be reached.");
    expect(describeFailure(Object.assign(new Error(), { code: "EWHATEVER" }))).toBe("Vault cannot be reached (EWHATEVER).");
  });
});

describe("what a server says of itself", () => {
  const active = { state: "active", latencyMs: 1, clockSkewMs: 0 } as const;
  const texts = (address: string, version: string) => serverProblems(address, { ...active, version }).map(({ text }) => text);

  it.each(["0.11.0", "1.9.10", "1.13.13+ent"])("is too old as version %s", (version) => {
    expect(texts("https://vault.example.com", version)).toEqual([`Vault ${version} is older than 1.14, the oldest one supported: upgrade it.`]);
  });

  it.each(["1.14.0", "1.20.1+ent.hsm", "2.0.0-HEAD", "2.4.1", "unknown"])("is new enough as version %s", (version) => {
    expect(texts("https://vault.example.com", version)).toEqual([]);
  });

  it("is readable on its way over a network without TLS, but not on its own machine", () => {
    const readable = "Vault's address begins with http, so that every secret crosses the network readable: use https.";
    for (const address of ["http://vault:8200", "http://10.0.0.1:8200", "http://127.evil.com", "http://[2001:db8::1]:8200"])
      expect(texts(address, "2.4.1")).toEqual([readable]);
    for (const address of ["http://localhost:8200", "http://127.0.0.1:8200", "http://[::1]:8200", "https://vault:8200"])
      expect(texts(address, "2.4.1")).toEqual([]);
  });
});
