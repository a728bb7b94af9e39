import { expect, it } from "vitest";
import { say } from "./say.ts";

it("puts values where their names stand, numbers as the language writes them", () => {
  expect(say("{name} has {count} of {most}", { name: "Ada", count: 1_000, most: 20_000 })).toBe("Ada has 1,000 of 20,000");
});

it("leaves what it is not given, and puts nothing into what it was given", () => {
  expect(say("{who} of {what}", { who: "{what}" })).toBe("{what} of {what}");
});

it("picks the plural by the count", () => {
  const keys = { one: "{count} key", other: "{count} keys" };
  expect([0, 1, 2, 1_500].map((count) => say(keys, { count }))).toEqual(["0 keys", "1 key", "2 keys", "1,500 keys"]);
});
