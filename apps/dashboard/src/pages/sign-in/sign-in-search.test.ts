import { describe, expect, it } from "vitest";
import { readSignInSearch } from "./sign-in-search.ts";

describe("the address of the sign-in page", () => {
  it("says where to go on, what comes first, and why single sign-on sent the browser back", () => {
    const search = { next: "/usage?x=1", step: "password", error: "SSO_REFUSED", request_id: "req_01m7zrmx0aw9eg1q86mjw1fykd" };
    expect(readSignInSearch(search)).toEqual(search);
  });

  it.each([
    [{ next: "//evil.example" }],
    [{ next: "/\\evil.example" }],
    [{ next: "https://evil.example" }],
    [{ next: 1 }],
    [{ step: "x" }],
    [{ error: "Call +1 555 and say your password" }],
    [{ request_id: "req_1" }],
  ])("leaves out what a stranger may have written: %j", (search) => {
    expect(readSignInSearch(search)).toEqual({});
  });
});
