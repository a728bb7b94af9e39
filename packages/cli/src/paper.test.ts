import { assert, property, string } from "fast-check";
import { describe, expect, it } from "vitest";
import { createPaper } from "./paper.ts";
import { printable, withoutKeys } from "./printable.ts";

const plain = createPaper(false);

it("columns stand under each other, also where letters are wide, and lines end with their text", () => {
  const table = plain.table(
    ["ID", "NAME", "STATUS"],
    [
      ["a", "株式会社", { text: "active", style: "good" }],
      ["bbbb", "x", "gone"],
    ],
  );
  expect(table).toBe(["ID    NAME      STATUS", "a     株式会社  active", "bbbb  x         gone"].join("\n"));
});

it("fields are names and values", () => {
  expect(
    plain.fields([
      ["ID", "key_1"],
      ["Last used", "never"],
    ]),
  ).toBe("ID         key_1\nLast used  never");
});

it("colours are put on only where they are wanted", () => {
  expect(createPaper(true).line({ text: "active", style: "good" })).toBe("\u001b[32mactive\u001b[0m");
  expect(plain.line({ text: "active", style: "good" })).toBe("active");
});

describe("what others wrote cannot command the terminal", () => {
  it.each(["\u001b[2J", "a\nb", "a\rb", "\u009b31m", "\u202eexe", "a\tb", "\u2028"])("%j stays one harmless line", (text) => {
    expect(plain.table(["NAME"], [[text]])).toMatch(/^NAME\n[^\p{Cc}\u2028\u202e]+$/u);
  });

  it("whatever the text", () => {
    assert(
      property(string({ unit: "binary" }), (text) => {
        expect(printable(text)).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });
});

it("an error shows no key, whatever its prefix, and nothing else is struck out", () => {
  const body = "A".repeat(32);
  expect(withoutKeys(`'--key=pm_live_${body}' my-co_test_${body} pm_root_${body}.`)).toBe("'--key=[secret]' [secret] [secret].");
  expect(withoutKeys("pm_live_…x7Qk key_0351IVi0mRv97rcSzWciFy")).toBe("pm_live_…x7Qk key_0351IVi0mRv97rcSzWciFy");
});
