import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answerEnd, createCounter, hasStatus } from "./answers.ts";

const countNaively = (text: string, part: string): number => text.split(part).length - 1;

describe("counting a text in an answer", () => {
  it("counts what stands there, without overlaps", () => {
    // So few letters that texts stand there often, and nearly.
    const texts = (minLength: number) => fc.string({ unit: fc.constantFrom("a", "b", "é"), minLength, maxLength: 60 });
    fc.assert(
      fc.property(texts(0), fc.string({ unit: fc.constantFrom("a", "b", "é"), minLength: 1, maxLength: 4 }), (text, part) => {
        expect(createCounter(part)(Buffer.from(text, "latin1"), text.length)).toBe(countNaively(text, part));
      }),
    );
  });

  it("counts nothing beyond the answer's end", () => {
    const bytes = Buffer.from('"valid":true "valid":true');
    expect(createCounter('"valid":true')(bytes, bytes.length - 1)).toBe(1);
  });

  it("refuses to count nothing", () => {
    expect(() => createCounter("")).toThrow("empty");
  });
});

describe("the end of an answer", () => {
  const long = `x-long: ${"a".repeat(2_000)}\r\n`;
  const answers = {
    "with its length": "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    "with its length in small letters, behind a long head": `HTTP/1.1 200 OK\r\n${long}content-length: 5\r\n\r\nhello`,
    "in chunks": "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    "without a body": "HTTP/1.1 204 No Content\r\nx: y\r\n\r\n",
  };

  it.each(Object.entries(answers))("is found once it is all there: %s", (_, text) => {
    const bytes = Buffer.from(`${text}HTTP/1.1 500 `);
    for (let filled = 0; filled < text.length; filled++) expect(answerEnd(bytes, filled)).toBe(0);
    for (let filled = text.length; filled <= bytes.length; filled++) expect(answerEnd(bytes, filled)).toBe(text.length);
  });

  it("has a status", () => {
    const bytes = Buffer.from(answers["without a body"]);
    expect([hasStatus(bytes, 204), hasStatus(bytes, 200)]).toEqual([true, false]);
  });
});
