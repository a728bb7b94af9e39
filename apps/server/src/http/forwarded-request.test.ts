import { bounds } from "@keywright/contract";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEndpointReader, createPolicyReader, readClientKey, readEndpoint, readPolicy } from "./forwarded-request.ts";

const door = "/api/v1/forward-auth";
const body = "A".repeat(32);

describe("readPolicy", () => {
  it.each([
    [door, {}, { scopes: [], denyAs403: false }],
    [`${door}?scopes=a,b`, {}, { scopes: ["a", "b"], denyAs403: false }],
    [`${door}?scopes=a&deny=403`, { "x-keywright-scopes": "b, c" }, { scopes: ["b", "c", "a"], denyAs403: true }],
    [door, { "x-keywright-scopes": "a b,,c" }, { scopes: ["a", "b", "c"], denyAs403: false }],
  ])("reads %s with %j", (url, headers, policy) => {
    expect(readPolicy(url, headers as Record<string, string>)).toEqual(policy);
  });

  it("takes scopes, and nothing else, behind a slash that may be the gateway's own: they can only ask for more", () => {
    expect(readPolicy(`${door}/?scopes=b&deny=403&scopes=c&key=pm_live_${body}`, { "x-keywright-scopes": "a" })).toEqual({
      scopes: ["a", "b", "c"],
      denyAs403: false,
    });
  });

  it("takes nothing of a query behind a suffix: it is the client's", () => {
    fc.assert(
      fc.property(fc.webPath(), fc.webQueryParameters(), fc.constantFrom("", "&scopes=x", "&deny=403", `&key=pm_live_${body}`), (path, query, extra) => {
        const suffix = path.startsWith("/") ? path : `/${path}`;
        fc.pre(suffix !== "/");
        const url = `${door}${suffix}?${query}${extra}`;
        expect(readPolicy(url, { "x-keywright-scopes": "a" })).toEqual({ scopes: ["a"], denyAs403: false });
      }),
    );
  });

  it.each([
    [`${door}?scope=admin`, "/scope"],
    [`${door}?scopes=`, "/scopes"],
    [`${door}?scopes=a&scopes=b`, "/scopes"],
    [`${door}?deny=401`, "/deny"],
    [`${door}?scopes=${"a".repeat(65)}`, "/scopes"],
    [`${door}?scopes=${Array.from({ length: bounds.scopes + 1 }, (_, index) => `s${index}`).join(",")}`, "/scopes"],
    [`${door}?scopes=%ff`, "/scopes"],
  ])("refuses %s, for a misread policy would let too much pass", (url, pointer) => {
    expect(() => readPolicy(url, {})).toThrow(expect.objectContaining({ code: "INVALID_REQUEST", fields: [expect.objectContaining({ pointer })] }));
  });
});

describe("createPolicyReader", () => {
  const asked = [`${door}?scopes=a&deny=403`, { "x-keywright-scopes": "b" }] as const;

  it("reads as readPolicy does, whatever was asked before", () => {
    const read = createPolicyReader();
    const url = fc.constantFrom("", "?", "?scopes=a", "?scopes=b&deny=403", "/", "/?scopes=a", "/v1?deny=403").map((rest) => door + rest);
    const headers = fc.constantFrom({}, { "x-keywright-scopes": "" }, { "x-keywright-scopes": "a" }, { "x-keywright-scopes": "b c" });
    fc.assert(
      fc.property(url, headers, (text, more) => {
        expect(read(text, more)).toEqual(readPolicy(text, more));
      }),
    );
  });

  it("keeps what comes again", () => {
    const read = createPolicyReader();
    expect(read(...asked)).toBe(read(...asked));
    expect(read(asked[0], {})).not.toBe(read(...asked));
  });

  it.each([
    ["a client's path, with whatever stands in it", `${door}/v1?x`, {}],
    ["a slash at the end, behind which the query may be the client's", `${door}/?scopes=a`, {}],
    ["the text of a key", door, { "x-keywright-scopes": `pm_live_${body}` }],
    ["a long text", door, { "x-keywright-scopes": ",".repeat(1_024) }],
  ])("keeps no policy by %s", (_, url, headers) => {
    const read = createPolicyReader();
    expect(read(url, headers)).not.toBe(read(url, headers));
  });

  it("keeps a bounded number", () => {
    const read = createPolicyReader();
    const first = read(...asked);
    for (let i = 0; i < 64; i++) read(`${door}?scopes=s${i}`, {});
    expect(read(...asked)).not.toBe(first);
  });

  it("refuses again what it has refused", () => {
    const read = createPolicyReader();
    for (let i = 0; i < 2; i++) expect(() => read(`${door}?key=pm_live_${body}`, {})).toThrow(expect.objectContaining({ code: "CREDENTIAL_IN_QUERY" }));
  });
});

describe("readClientKey", () => {
  it.each([
    [{ "x-api-key": "abc" }, "abc"],
    [{ "x-api-key": "abc", authorization: "Bearer abc" }, "abc"],
    [{ authorization: "Bearer abc" }, "abc"],
    [{ authorization: "bearer a b" }, "a b"],
    [{ authorization: "Basic YTpi" }, undefined],
    [{ authorization: "Bearer" }, undefined],
    [{ "x-api-key": "" }, undefined],
    [{}, undefined],
  ])("reads %j as %j", (headers, key) => {
    const found = readClientKey(headers, Object.entries(headers).flat());
    expect(typeof found === "object" ? found.reveal() : found).toBe(key);
  });

  it.each([
    [["X-API-Key", "abc", "Authorization", "Bearer abd"]],
    [["X-API-Key", "abc", "Authorization", "Basic YTpi"]],
    [["X-API-Key", "abc", "Authorization", "Bearer abc", "Authorization", "Bearer abd"]],
    [["X-API-Key", "abc", "X-Api-Key", "abc"]],
    [["Authorization", "Bearer abc", "authorization", "Bearer abc"]],
    [["X-API-Key", "a".repeat(513)]],
  ])("does not choose among several keys, nor takes what is longer than one: %#", (rawHeaders) => {
    const headers = Object.fromEntries(rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [[name.toLowerCase(), rawHeaders[index + 1]]] : [])));
    expect(readClientKey(headers, rawHeaders)).toBe("ambiguous");
  });
});

describe("readEndpoint", () => {
  it.each([
    [door, {}, "-"],
    [door, { "x-forwarded-method": "POST" }, "-"],
    [door, { "x-forwarded-uri": "/v1/emails?secret=x", "x-forwarded-method": "POST" }, "POST /v1/emails"],
    [door, { "x-original-uri": "/v1/emails#x", "x-original-method": "PUT" }, "PUT /v1/emails"],
    [door, { "x-original-url": "https://api.example.com/v1/emails?x" }, "/v1/emails"],
    [door, { "x-original-url": "https://api.example.com" }, "/"],
    [`${door}/v1/emails?x=1`, {}, "GET /v1/emails"],
    [`${door}/v1/emails`, { "x-forwarded-uri": "/forged", "x-forwarded-method": "POST" }, "POST /v1/emails"],
    [`${door}/`, {}, "GET /"],
    [door, { "x-forwarded-uri": "/v1", "x-forwarded-method": "no method" }, "/v1"],
    [door, { "x-forwarded-uri": `/v1/pm_live_${body}/x` }, "/v1/pm_live_…/x"],
  ])("labels %s with %j as %s", (url, headers, label) => {
    expect(readEndpoint({ url, method: "GET", headers: headers as Record<string, string> })).toBe(label);
  });

  it("is bounded, on one line, and without query, whatever the client's path is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 2000 }), (uri) => {
        const label = readEndpoint({ url: door, method: "GET", headers: { "x-forwarded-uri": uri } });
        expect(label.length).toBeLessThanOrEqual(bounds.endpoint);
        expect(label).toMatch(/^[\x21-\x7e…]+$/);
        expect(label).not.toMatch(/[?#]./);
      }),
    );
  });

  it("says the same when it remembers labels, more than it keeps", () => {
    const read = createEndpointReader();
    const ask = (number: number) => ({ url: door, method: "GET", headers: { "x-forwarded-uri": `/v1/${number}`, "x-forwarded-method": "GET" } });
    for (const number of [1, 1, ...Array.from({ length: 3_000 }, (_, index) => index % 1_500), 1]) expect(read(ask(number))).toBe(readEndpoint(ask(number)));
  });
});
