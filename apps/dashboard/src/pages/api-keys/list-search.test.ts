import { expect, it } from "vitest";
import { hasFilters, readKeySearch, toListQuery } from "./list-search.ts";

it("takes from an address what makes sense, and nothing else", () => {
  expect(readKeySearch({ q: "mail", status: "active", environment: "test", scope: "send_email", owner: "mem_1", cursor: "c" })).toEqual({
    q: "mail",
    status: "active",
    environment: "test",
    scope: "send_email",
    owner: "mem_1",
    cursor: "c",
  });
  expect(readKeySearch({ q: "  ", status: "lost", environment: ["live"], owner: 7, extra: "x" })).toEqual({ owner: "7" });
  expect(readKeySearch({ q: 2030, status: "toString" })).toEqual({ q: "2030" });
});

it("asks for an owner by what they are", () => {
  expect(toListQuery({ owner: "team_1", q: "a" })).toEqual({ q: "a", team_id: "team_1" });
  expect(toListQuery({ owner: "mem_1" })).toEqual({ owner_id: "mem_1" });
  expect(toListQuery({ owner: "7" })).toEqual({});
});

it("knows a filter from a page", () => {
  expect([hasFilters({}), hasFilters({ cursor: "c" }), hasFilters({ cursor: "c", q: "a" })]).toEqual([false, false, true]);
});
