import fc from "fast-check";
import { expect, it } from "vitest";
import { headerLines, headerPairs, ownHeaderLines } from "./header-lines.ts";

const names = fc.stringMatching(/^[a-z][a-z-]{0,20}$/);
const values = fc.stringMatching(/^(?:[!-~](?:[ -~]{0,40}[!-~])?)?$/);

it("writes a line a header, which say the same when they are read", () => {
  fc.assert(
    fc.property(fc.dictionary(names, values, { noNullPrototype: true }), (headers) => {
      const lines = headerLines(headers);
      expect(ownHeaderLines(headers)).toBe(lines);
      expect(lines.split("\r\n")).toHaveLength(Object.keys(headers).length + 1);
      expect(headerPairs(lines)).toEqual(Object.entries(headers).flat());
    }),
  );
});

it("has none of none", () => {
  expect([headerLines({}), headerPairs("")]).toEqual(["", []]);
});

it.each([
  ["a line's end", { "x-a": "b\r\nx-c: d" }],
  ["a NUL", { "x-a": "\0" }],
  ["what is not Latin", { "x-a": "🗝" }],
  ["a name of two words", { "x a": "b" }],
  ["a name with a line's end", { "x-a\r\nx-c": "b" }],
])("writes nothing that holds %s", (_name, headers: Record<string, string>) => {
  expect(() => headerLines(headers)).toThrow(TypeError);
});
