import { KeywrightError, type KeywrightErrorFields } from "@keywright/sdk";
import { describe, expect, it } from "vitest";
import { explain, isPassing, type Places, sortProblem } from "./problem.ts";
import { words } from "./words/words.ts";

const problem = (fields: Partial<KeywrightErrorFields>): KeywrightError =>
  new KeywrightError({
    code: "INVALID_REQUEST",
    serverCode: null,
    status: 400,
    title: "Not valid",
    detail: "Not valid",
    requestId: null,
    errors: [],
    retryAfterSeconds: null,
    ...fields,
  });

const places: Places<"name" | "rate" | "list"> = { name: "name", rate_limit: "rate", addresses: "list", NAME_TAKEN: "name" };

describe("what the server finds wrong", () => {
  it("stands at its field, as a sentence; an entry of a list by its number", () => {
    const errors = [
      { pointer: "/name", detail: "must be text" },
      { pointer: "/rate_limit/limit", detail: "must be at least 1" },
      { pointer: "/addresses/1", detail: "is no address" },
    ];
    expect(sortProblem(problem({ errors }), places)).toEqual({
      fields: [
        { name: "name", text: "Must be text." },
        { name: "rate", text: "Must be at least 1." },
        { name: "list", text: "Entry 2: Is no address." },
      ],
      rest: undefined,
    });
  });

  it("stands at the field that its code is about, where it names none", () => {
    const taken = problem({ code: "NAME_TAKEN", status: 409, detail: "Another bears it" });
    expect(sortProblem(taken, places)).toEqual({ fields: [{ name: "name", text: "Another bears it." }], rest: undefined });
  });

  it("is not lost where the form has no such field", () => {
    expect(sortProblem(problem({ errors: [{ pointer: "/colour", detail: "is not known here" }] }), places)).toEqual({
      fields: [],
      rest: "/colour: Is not known here.",
    });
    expect(sortProblem(problem({ code: "PERMISSION_DENIED", title: "No", detail: "You may not" }), places)).toEqual({ fields: [], rest: "No: You may not" });
  });
});

describe("a failure in words", () => {
  it("says of a server that is away what to do", () => {
    expect(explain(problem({ code: "UNREACHABLE", status: null }))).toBe(words.problems.away);
    expect(explain(new TypeError("x is not a function"))).toBe(words.problems.strange);
    expect(explain(problem({}))).toBe("Not valid.");
  });

  it("is passing where a repetition may succeed", () => {
    expect((["UNREACHABLE", "TIMED_OUT", "UNAVAILABLE", "NOT_FOUND"] as const).map((code) => isPassing(problem({ code })))).toEqual([true, true, true, false]);
  });
});
