import { expect, it } from "vitest";
import { readKey } from "./read-key.ts";

const long = "a".repeat(513);

it.each([
  [[], [], undefined],
  [["Bearer abc"], [], "abc"],
  [["bEARER   abc"], [], "abc"],
  [[], ["abc"], "abc"],
  [["Bearer abc"], ["abc"], "abc"],
  [["Bearer a b"], [], "a b"],
  [["Bearer"], [], undefined],
  [[""], [], undefined],
  [[], [""], undefined],
  [["Basic YTpi"], [], undefined],
  [["Basic YTpi"], ["abc"], "ambiguous"],
  [["Bearer abc"], ["abd"], "ambiguous"],
  [["Bearer abc"], [""], "ambiguous"],
  [["Bearer abc", "Bearer abc"], [], "ambiguous"],
  [[], ["abc", "abc"], "ambiguous"],
  [[], [long], "ambiguous"],
  [[`Bearer ${long}`], [], "ambiguous"],
  [[`Bearer ${"a".repeat(8_192)}`], [], "ambiguous"],
])("reads Authorization %j and X-API-Key %j as %j", (authorization, apiKey, expected) => {
  const found = readKey({ authorization, apiKey });
  expect(typeof found === "object" ? found.text : found).toBe(expected);
});
