import { expect, it } from "vitest";
import { readAlertSearch } from "./alert-search.ts";

it("reads what it knows from an address, and nothing else", () => {
  expect(readAlertSearch({ show: "rules", state: "open", rule: "key.unused", more: "1" })).toEqual({ show: "rules", state: "open", rule: "key.unused" });
  expect(readAlertSearch({ show: "all", state: 1, rule: "toString" })).toEqual({});
});
