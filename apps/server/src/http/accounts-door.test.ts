import { AppError, TooManyAttempts } from "@keywright/core";
import { describe, expect, it } from "vitest";
import { createStubApp } from "../testing/stub-app.ts";
import type { AccountsDoor } from "./accounts-door.ts";

const endpoints = [
  { method: "POST", path: "/sign-in/email", isGuarded: true },
  { method: "POST", path: "/request-password-reset", isGuarded: true },
  { method: "GET", path: "/get-session" },
  { method: "GET", path: "/sso/callback", isNavigation: true },
] as const;

const open = (call: AccountsDoor["call"]) => createStubApp({ accounts: { endpoints, call, find: async () => undefined }, guardFloorMs: 500 });
const signIn = { method: "POST", url: "/api/auth/sign-in/email", payload: { email: "ada@example.com", password: "x" } } as const;

describe("the accounts' door", () => {
  it("hands over the fields, the cookie and the client's address, and answers with the cookies that are given", async () => {
    const calls: unknown[] = [];
    const { app } = open(async ({ endpoint, ...call }) => {
      calls.push([endpoint.path, call]);
      return { body: { ok: true }, cookies: ["a=1; HttpOnly", "b=2; HttpOnly"] };
    });
    const answer = await app.inject({ ...signIn, headers: { cookie: "a=0", host: "h", origin: "http://h", "user-agent": "Test" } });
    expect(calls).toEqual([
      ["/sign-in/email", { fields: signIn.payload, cookie: "a=0", userAgent: "Test", ip: "127.0.0.1", requestId: answer.headers["x-request-id"] }],
    ]);
    expect([answer.statusCode, answer.json(), answer.headers["set-cookie"], answer.headers["cache-control"]]).toEqual([
      200,
      { ok: true },
      ["a=1; HttpOnly", "b=2; HttpOnly"],
      "no-store",
    ]);
    await app.inject({ url: "/api/auth/get-session?x=1" });
    expect(calls[1]).toMatchObject(["/get-session", { fields: { x: "1" } }]);
  });

  it("holds back what could tell whether there is an account, and nothing else", async () => {
    const refused = open(async () => {
      throw new AppError("SIGN_IN_REFUSED");
    });
    expect((await refused.app.inject(signIn)).headers["www-authenticate"]).toBe('Bearer realm="keywright"');
    await refused.app.inject({ url: "/api/auth/get-session" });
    expect(refused.reached).toEqual([500]);
    const answered = open(async () => ({ body: {}, cookies: [] }));
    await answered.app.inject(signIn);
    expect(answered.reached).toEqual([]);
    await answered.app.inject({ method: "POST", url: "/api/auth/request-password-reset", payload: { email: "ada@example.com" } });
    expect(answered.reached).toEqual([500]);
  });

  it("says when to come back", async () => {
    const { app } = open(() => Promise.reject(new TooManyAttempts(77)));
    const answer = await app.inject(signIn);
    expect([answer.statusCode, answer.headers["retry-after"], answer.json().code]).toEqual([429, "77", "TOO_MANY_ATTEMPTS"]);
  });

  it.each([[{ origin: "https://evil.example" }], [{ "sec-fetch-site": "cross-site" }], [{ cookie: "keywright.session_token=x.y" }]])(
    "refuses a sign-in that another site's page may have sent: %j",
    async (headers) => {
      const { app } = open(() => Promise.reject(new Error("not called")));
      expect((await app.inject({ ...signIn, headers: { host: "h", ...headers } })).json().code).toBe("CROSS_SITE_REQUEST");
    },
  );

  it("reads no form, no compressed and no broken body", async () => {
    const { app } = open(() => Promise.reject(new Error("not called")));
    const ask = async (payload: string, headers: Record<string, string>) => (await app.inject({ ...signIn, payload, headers })).json().code;
    expect(await ask("email=a", { "content-type": "application/x-www-form-urlencoded" })).toBe("UNSUPPORTED_MEDIA_TYPE");
    expect(await ask("{}", { "content-type": "application/json", "content-encoding": "gzip" })).toBe("UNSUPPORTED_MEDIA_TYPE");
    expect(await ask("{", { "content-type": "application/json" })).toBe("INVALID_JSON");
  });

  it("sends a browser that comes back from the provider on, to where it was going or to the page for signing in", async () => {
    const state: { error: Error | undefined } = { error: undefined };
    const { app, lines } = open(async () => {
      if (state.error !== undefined) throw state.error;
      return { body: { return_to: "/dashboard" }, cookies: ["a=1"], goTo: "/dashboard" };
    });
    const come = (accept: string) => app.inject({ url: "/api/auth/sso/callback?state=s3cret&code=c0de", headers: { accept } });
    const welcome = await come("text/html,*/*;q=0.8");
    expect([welcome.statusCode, welcome.headers.location, welcome.headers["set-cookie"], welcome.body]).toEqual([303, "/dashboard", ["a=1"], ""]);
    state.error = new AppError("SSO_REFUSED", { detail: "Not so." });
    const refused = await come("text/html");
    expect([refused.statusCode, refused.headers.location]).toEqual([
      303,
      `/dashboard/sign-in?error=SSO_REFUSED&request_id=${String(refused.headers["x-request-id"])}`,
    ]);
    expect((await come("application/json")).json()).toMatchObject({ status: 401, code: "SSO_REFUSED", detail: "Not so." });
    expect(lines.join("")).not.toMatch(/s3cret|c0de/);
    expect(lines.filter((line) => line.includes("SSO_REFUSED"))).toHaveLength(2);
  });
});
