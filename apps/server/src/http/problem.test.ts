import { errorCodes, errors } from "@keywright/contract";
import { AppError, CredentialRefused, Unavailable } from "@keywright/core";
import { describe, expect, it } from "vitest";
import { spentOf } from "../testing/stub-app.ts";
import { problemOf } from "./problem.ts";

describe("problemOf", () => {
  it.each(errorCodes)("answers %s as the catalogue says", (code) => {
    const { status, body, headers } = problemOf(new AppError(code), "req_1");
    expect(status).toBe(errors[code].status);
    expect(headers["content-type"]).toBe("application/problem+json; charset=utf-8");
    expect(body).toEqual({
      type: `/docs/errors#${code}`,
      title: errors[code].title,
      status: errors[code].status,
      detail: errors[code].doc,
      instance: "urn:keywright:request:req_1",
      code,
      request_id: "req_1",
    });
  });

  it("lists the fields, and says what is wrong with this request", () => {
    const fields = [{ pointer: "/name", detail: "must be text" }];
    expect(problemOf(new AppError("INVALID_REQUEST", { detail: "/name: must be text", fields }), "req_1").body).toMatchObject({
      detail: "/name: must be text",
      errors: fields,
    });
  });

  it.each([
    [new Unavailable("store", new Error("connect 10.0.0.1")), 503, "UNAVAILABLE"],
    [new Error("pm_live_secret at /src/x.ts"), 500, "INTERNAL"],
    ["text", 500, "INTERNAL"],
    [undefined, 500, "INTERNAL"],
    [Object.assign(new Error("x"), { statusCode: 418 }), 500, "INTERNAL"],
    [Object.assign(new Error("x"), { code: "FST_ERR_CTP_BODY_TOO_LARGE", statusCode: 413 }), 413, "BODY_TOO_LARGE"],
    [Object.assign(new Error("x"), { code: "FST_ERR_CTP_INVALID_MEDIA_TYPE", statusCode: 415 }), 415, "UNSUPPORTED_MEDIA_TYPE"],
    [Object.assign(new Error("x"), { code: "FST_ERR_BAD_URL", statusCode: 400 }), 400, "INVALID_REQUEST"],
    [Object.assign(new Error("x"), { code: "FST_ERR_REP_INVALID_PAYLOAD_TYPE", statusCode: 500 }), 500, "INTERNAL"],
    [Object.assign(new Error("aborted"), { code: "ECONNRESET", statusCode: 400 }), 400, "INVALID_REQUEST"],
    [Object.assign(new Error("read"), { code: "ECONNRESET" }), 500, "INTERNAL"],
  ])("answers %s with %i %s and nothing of its cause", (error, status, code) => {
    const problem = problemOf(error, "req_1");
    expect(problem).toMatchObject({ status, code });
    expect(JSON.stringify(problem)).not.toMatch(/10\.0\.0\.1|pm_live|x\.ts/);
  });
});

describe("WWW-Authenticate", () => {
  it.each([
    ["UNAUTHENTICATED", 'Bearer realm="keywright"'],
    ["INVALID_CREDENTIAL", 'Bearer realm="keywright", error="invalid_token"'],
    ["PERMISSION_DENIED", 'Bearer realm="keywright", error="insufficient_scope"'],
    ["TWO_CREDENTIALS", 'Bearer realm="keywright", error="invalid_request"'],
    ["NOT_FOUND", undefined],
  ] as const)("of %s is %s", (code, challenge) => {
    expect(problemOf(new AppError(code), "r").headers["www-authenticate"]).toBe(challenge);
  });

  it("stands on every 401", () => {
    for (const code of errorCodes.filter((name) => errors[name].status === 401))
      expect(problemOf(new AppError(code), "r").headers).toHaveProperty("www-authenticate");
  });
});

describe("Retry-After", () => {
  it("stands on every 503 and 429 that knows no better", () => {
    for (const code of ["UNAVAILABLE", "RATE_LIMITED"] as const) expect(problemOf(new AppError(code), "r").headers["retry-after"]).toMatch(/^[1-9]\d*$/);
  });

  it("is the budget's own where one has refused", () => {
    const spent = spentOf({ outcome: "RATE_LIMITED", key: { limit: 1, windowSeconds: 60, remaining: 0, resetSeconds: 60, retrySeconds: 42 } });
    const { headers } = problemOf(new CredentialRefused("RATE_LIMITED", spent), "r");
    expect(headers).toMatchObject({ "retry-after": "42", "x-ratelimit-remaining": "0" });
  });

  it("does not come with the budgets of a key that is refused as not valid: they would tell that it exists", () => {
    const { headers } = problemOf(new CredentialRefused("INVALID_CREDENTIAL", spentOf()), "r");
    expect(Object.keys(headers)).toEqual(["content-type", "www-authenticate"]);
  });
});
