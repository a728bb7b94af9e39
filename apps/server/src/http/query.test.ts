import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseQuery, queryText } from "./query.ts";

describe("parseQuery", () => {
  it("reads back what was encoded", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 20 }).filter((value) => !/\0|\p{Surrogate}/u.test(value));
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^x[a-z_]{1,10}$/), text, { maxKeys: 10, noNullPrototype: false }), (values) => {
        const encoded = new URLSearchParams(values).toString();
        expect(parseQuery(encoded)).toEqual({ values: { ...values }, faults: [] });
      }),
    );
  });

  it.each([
    ["limit=1&limit=2", "/limit", "must be given once"],
    ["a=%ff", "/a", "must be percent-encoded UTF-8"],
    ["a=%", "/a", "must be percent-encoded UTF-8"],
    ["a=%00", "/a", "must not contain the character NUL"],
    ["__proto__=1&__proto__=2", "/__proto__", "must be given once"],
  ])("finds the fault in %s", (text, pointer, detail) => {
    expect(parseQuery(text).faults).toEqual([{ pointer, detail }]);
  });

  it("keeps the name of a prototype as an ordinary name", () => {
    const { values } = parseQuery("__proto__=x");
    expect(Object.keys(values)).toEqual(["__proto__"]);
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });

  it("reads so many parameters and no more", () => {
    expect(parseQuery("a=1&".repeat(51)).faults).toEqual([{ pointer: "", detail: "must have at most 50 query parameters" }]);
  });
});

describe("400 CREDENTIAL_IN_QUERY", () => {
  const body = "A".repeat(32);
  it.each([
    "key=x",
    "KEY=x",
    "api_key=x",
    "apikey=x",
    "Api-Key=x",
    "token=",
    "access_token=x",
    `q=pm_live_${body}`,
    `q=acme_root_${body}`,
    `q=x%70m_test_${body}`,
    `pm_live_${body}`,
    `limit=1&cursor=pm_live_${body}`,
  ])("refuses %s", (text) => {
    expect(() => parseQuery(text)).toThrow(expect.objectContaining({ code: "CREDENTIAL_IN_QUERY" }));
  });

  it.each(["key_id=key_01F8MECHZX3TBDSZ7XRADM", "q=pm_live_", "cursor=a2V5XzAxRjhNRUNIWlgzVEJEU1o3WFJBRE0"])("takes %s", (text) => {
    expect(parseQuery(text).faults).toEqual([]);
  });
});

describe("queryText", () => {
  it.each([
    ["/a", undefined],
    ["/a?", ""],
    ["/a?b=c?d", "b=c?d"],
  ])("finds the query of %s", (url, text) => {
    expect(queryText(url)).toBe(text);
  });
});
