import { expect, it } from "vitest";
import { hasFilters, nextSort, readKeySearch, toListQuery } from "./list-search.ts";

it("takes from an address what makes sense, and nothing else", () => {
  expect(readKeySearch({ q: "mail", status: "active", environment: "test", scope: "send_email", owner: "mem_1", sort: "name", cursor: "c" })).toEqual({
    q: "mail",
    status: "active",
    environment: "test",
    scope: "send_email",
    owner: "mem_1",
    sort: "name",
    cursor: "c",
  });
  expect(readKeySearch({ q: "  ", status: "lost", environment: ["live"], owner: 7, extra: "x" })).toEqual({ owner: "7" });
  expect([readKeySearch({ sort: "-created_at" }), readKeySearch({ sort: "hint" })]).toEqual([{}, {}]);
  expect(readKeySearch({ q: 2030, status: "toString" })).toEqual({ q: "2030" });
});

it("asks for an owner by what they are", () => {
  expect(toListQuery({ owner: "team_1", q: "a" })).toEqual({ q: "a", team_id: "team_1" });
  expect(toListQuery({ owner: "mem_1" })).toEqual({ owner_id: "mem_1" });
  expect(toListQuery({ owner: "7" })).toEqual({});
});

it("knows a filter from a page", () => {
  expect([hasFilters({}), hasFilters({ cursor: "c", sort: "name" }), hasFilters({ cursor: "c", q: "a" })]).toEqual([false, false, true]);
});

it("turns an order round at the second click", () => {
  expect([nextSort("-created_at", "name"), nextSort("name", "name"), nextSort("-name", "name")]).toEqual(["name", "-name", "name"]);
  expect([nextSort("name", "-last_used_at"), nextSort("-last_used_at", "-last_used_at")]).toEqual(["-last_used_at", "last_used_at"]);
});
