import { AppError, type FieldError } from "@keywright/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkEncoding, parseJsonBody } from "./json-body.ts";

const refusalOf = (body: string | Buffer): AppError => {
  try {
    parseJsonBody(Buffer.from(body));
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("The body was accepted.");
};
const faultsOf = (body: string): readonly FieldError[] => refusalOf(body).fields;

describe("parseJsonBody", () => {
  it("reads what JSON.parse reads", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "grapheme" }), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!/\\u0000|\\ud[89a-f]|__proto__|constructor/i.test(text));
        expect(parseJsonBody(Buffer.from(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each([undefined, Buffer.alloc(0)])("takes an empty body for an object without fields", (bytes) => {
    expect(parseJsonBody(bytes)).toEqual({});
  });

  it("takes an escaped backslash before u0000 for what it is", () => {
    expect(parseJsonBody(Buffer.from('{"a":"\\\\u0000"}'))).toEqual({ a: "\\u0000" });
  });

  it("takes the names of prototypes as values", () => {
    expect(parseJsonBody(Buffer.from('{"a":"__proto__","b":["constructor"]}'))).toEqual({ a: "__proto__", b: ["constructor"] });
  });
});

describe("400 INVALID_JSON", () => {
  it.each(["{", "{'a':1}", "{a:1}", '{"a":1,}', "nonsense pm_live_secret", '{"a":"\n"}', "\ufeff{}", "NaN", '{"a":\0}'])(
    "refuses %j without repeating it",
    (body) => {
      const { code, message } = refusalOf(body);
      expect(code).toBe("INVALID_JSON");
      expect(message).toBe("The body is not valid JSON.");
    },
  );

  it.each([
    [0x22, 0xff, 0x22],
    [0x22, 0xc0, 0x80, 0x22],
    [0x22, 0xed, 0xa0, 0x80, 0x22],
    [0x22, 0xe2, 0x82, 0x22],
  ])("refuses bytes that are no UTF-8", (...bytes) => {
    expect(refusalOf(Buffer.from(bytes))).toMatchObject({ code: "INVALID_JSON", detail: "The body is not valid UTF-8." });
  });
});

describe("400 INVALID_REQUEST", () => {
  it.each([
    ['{"a":"x\\u0000y"}', "/a", "must not contain the character NUL"],
    ['{"a":{"b":["\\u0000"]}}', "/a/b/0", "must not contain the character NUL"],
    ['{"x\\u0000":1}', "/x?", "must not contain the character NUL"],
    ['{"a":"\\ud800"}', "/a", "must not contain half of a surrogate pair"],
    ['{"a":"\\uDC00x"}', "/a", "must not contain half of a surrogate pair"],
    ['{"__proto__":{"x":1}}', "/__proto__", "is a name that no field may have"],
    ['{"\\u005f_proto__":1}', "/__proto__", "is a name that no field may have"],
    ['{"a":[{"constructor":1}]}', "/a/0/constructor", "is a name that no field may have"],
  ])("refuses %s at %s", (body, pointer, detail) => {
    expect(faultsOf(body)).toEqual([{ pointer, detail }]);
  });

  it("names a field without naming a key that was sent as one", () => {
    const [fault] = faultsOf(`{"pm_live_${"A".repeat(32)}":"\\u0000"}`);
    expect(fault?.pointer).toBe("/pm_live_…");
  });

  it("survives a body that is deeper than the call stack", () => {
    const depth = 100_000;
    const [fault] = faultsOf(`${"[".repeat(depth)}"\\u0000"${"]".repeat(depth)}`);
    expect(fault?.pointer).toHaveLength(2 * depth);
  });

  it("lists so many faults and no more", () => {
    expect(faultsOf(JSON.stringify(Array(10_000).fill("\0")))).toHaveLength(20);
  });
});

describe("415", () => {
  it.each([
    { "content-type": "application/json" },
    { "content-type": "application/json; charset=utf-8" },
    { "content-type": 'application/json; charset="UTF-8"' },
    { "content-type": "application/json; profile=x" },
    { "content-encoding": "identity" },
    {},
  ])("takes %j", (headers) => {
    expect(() => checkEncoding(headers)).not.toThrow();
  });

  it.each([{ "content-type": "application/json; charset=latin1" }, { "content-type": "application/json;charset=utf-16" }, { "content-encoding": "gzip" }])(
    "refuses %j",
    (headers) => {
      expect(() => checkEncoding(headers)).toThrow(expect.objectContaining({ code: "UNSUPPORTED_MEDIA_TYPE" }));
    },
  );
});
