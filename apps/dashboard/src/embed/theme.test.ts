import { describe, expect, it } from "vitest";
import { propertiesOf, schemeOf } from "./theme.ts";

describe("what a page says of its colours", () => {
  it("is taken where it is a colour, a length or names of fonts", () => {
    expect(
      propertiesOf({
        accent: "#0a7",
        ink: "rgb(10 20 30 / 90%)",
        ground: "oklch(0.98 0.01 250)",
        line: "silver",
        radius: "4px",
        "font-family": 'Inter, "A B"',
      }),
    ).toEqual({
      "--accent": "#0a7",
      "--ink": "rgb(10 20 30 / 90%)",
      "--ground": "oklch(0.98 0.01 250)",
      "--line": "silver",
      "--radius-md": "calc(4px * 0.75)",
      "--radius-lg": "4px",
      "--radius-xl": "calc(4px * 1.5)",
      "font-family": 'Inter, "A B"',
    });
  });

  it.each([
    "url(https://evil.example/x)",
    "var(--danger)",
    "red; background: url(//evil.example)",
    "rgb(url(x))",
    "expression(alert(1))",
    "#12",
    "",
    `#${"a".repeat(300)}`,
    "red}",
    "env(safe-area-inset-top)",
    "image-set('x')",
  ])("is left out where it is %j", (value) => {
    expect(propertiesOf({ accent: value, radius: value })).toEqual({});
  });

  it("names no property that is not among the chosen, and no font by an address", () => {
    expect(propertiesOf({ position: "fixed", "--accent": "red", constructor: "red", "font-family": "url(x)" })).toEqual({});
    expect(propertiesOf({ accent: 7 as unknown as string })).toEqual({});
  });

  it("is light unless it says otherwise", () => {
    expect(["normal", "light", "dark", "only dark", "light dark"].map((scheme) => schemeOf({ "color-scheme": scheme }))).toEqual([
      "light",
      "light",
      "dark",
      "dark",
      undefined,
    ]);
    expect(schemeOf({})).toBe("light");
  });
});
