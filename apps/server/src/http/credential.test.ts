import { AppError } from "@keywright/core";
import { describe, expect, it } from "vitest";
import { bearerSecret, readCredential, shareSecrets } from "./credential.ts";

/** Headers as Node gives them for these raw ones. */
const requestOf = (...pairs: readonly (readonly [string, string])[]) => {
  const headers: Record<string, string> = {};
  for (const [name, value] of pairs) {
    const lower = name.toLowerCase();
    if (lower === "authorization") headers[lower] ??= value;
    else headers[lower] = headers[lower] === undefined ? value : `${headers[lower]}, ${value}`;
  }
  return { headers, rawHeaders: pairs.flat() };
};

const refusalOf = (...pairs: readonly (readonly [string, string])[]): AppError => {
  try {
    readCredential(requestOf(...pairs));
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("The credential was accepted.");
};

describe("readCredential", () => {
  it.each([
    [["Authorization", "Bearer abc"]],
    [["authorization", "bearer abc"]],
    [["AUTHORIZATION", "BEARER   abc"]],
    [["X-API-Key", "abc"]],
    [["x-api-key", "abc"]],
  ] as const)("reads %j", (pair) => {
    expect(readCredential(requestOf(["Host", "x"], pair)).reveal()).toBe("abc");
  });

  it("never shows the key by accident", () => {
    expect(`${readCredential(requestOf(["X-API-Key", "abc"]))}`).toBe("[secret]");
  });
});

describe("shareSecrets", () => {
  const open = () => {
    const ends: (() => void)[] = [];
    return { ends, read: shareSecrets(bearerSecret, (work) => ends.push(work)) };
  };

  it("gives the requests of one turn with the same header one secret, until the turn ends", () => {
    const { ends, read } = open();
    const first = read("Bearer abc");
    expect(read("Bearer abc")).toBe(first);
    expect(ends).toHaveLength(1);
    ends[0]?.();
    const later = read("Bearer abc");
    expect(later).not.toBe(first);
    expect(later.reveal()).toBe("abc");
    expect(ends).toHaveLength(2);
  });

  it("never gives one caller the secret of another", () => {
    const { ends, read } = open();
    const texts = ["Bearer abc", "Bearer abcd", "Bearer abc", "bearer ABC"];
    expect(texts.map((text) => read(text).reveal())).toEqual(["abc", "abcd", "abc", "ABC"]);
    expect(ends).toHaveLength(1);
  });

  it("remembers nothing of a header that it refuses", () => {
    const { ends, read } = open();
    expect(() => read("Basic abc")).toThrow(AppError);
    expect(ends).toHaveLength(0);
    expect(read("Bearer abc").reveal()).toBe("abc");
  });
});

describe("400", () => {
  it.each([
    [
      [
        ["Authorization", "Bearer a"],
        ["X-API-Key", "a"],
      ],
      "TWO_CREDENTIALS",
    ],
    [
      [
        ["Authorization", "Bearer a"],
        ["Authorization", "Bearer a"],
        ["X-API-Key", "a"],
      ],
      "TWO_CREDENTIALS",
    ],
    [
      [
        ["Authorization", "Bearer a"],
        ["Authorization", "Bearer b"],
      ],
      "INVALID_REQUEST",
    ],
    [
      [
        ["X-API-Key", "a"],
        ["x-api-key", "b"],
      ],
      "INVALID_REQUEST",
    ],
    [[["Authorization", "Basic YTpi"]], "INVALID_REQUEST"],
    [[["Authorization", "Bearer"]], "INVALID_REQUEST"],
    [[["Authorization", "abc"]], "INVALID_REQUEST"],
    [[["Authorization", "Bearer a b"]], "INVALID_REQUEST"],
    [[["Authorization", "Bearer a,b"]], "INVALID_REQUEST"],
    [[["Authorization", "Bearer \u00e9"]], "INVALID_REQUEST"],
  ] as const)("refuses %j as %s", (pairs, code) => {
    expect(refusalOf(...pairs).code).toBe(code);
  });

  it("names the header, says what is allowed, and does not repeat what was sent", () => {
    const { fields, detail } = refusalOf(["Authorization", "Token s3cr3t"]);
    expect(fields).toEqual([{ pointer: "/headers/authorization", detail: "must be `Bearer`, one space and the key" }]);
    expect(detail).not.toContain("s3cr3t");
  });
});

describe("401", () => {
  it.each([[[]], [[["X-API-Key", ""]]], [[["Cookie", "abc"]]]] as const)("asks for a credential where %j are the headers", (pairs) => {
    expect(refusalOf(...pairs).code).toBe("UNAUTHENTICATED");
  });

  it.each([[["X-API-Key", "a".repeat(513)]], [["Authorization", `Bearer ${"a".repeat(513)}`]], [["Authorization", "a".repeat(9000)]]] as const)(
    "takes nothing that is longer than any key",
    (pair) => {
      const { code, message } = refusalOf(pair);
      expect(code).toBe("INVALID_CREDENTIAL");
      expect(message).not.toContain("aaaa");
    },
  );

  it("takes the longest that may be one", () => {
    expect(readCredential(requestOf(["Authorization", `Bearer ${"a".repeat(512)}`])).reveal()).toHaveLength(512);
  });
});
