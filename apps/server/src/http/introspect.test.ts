import { doorAnswers, refusals, type Verdict } from "@keywright/contract";
import type { VerifyCommand } from "@keywright/core";
import { describe, expect, it } from "vitest";
import { apiKey, createStubApp, otherKey, recordOf, rootKey, spentOf } from "../testing/stub-app.ts";

const path = "/oauth2/introspect";
const form = { "content-type": "application/x-www-form-urlencoded" };
const operator = { ...form, authorization: `Bearer ${rootKey}` };

const stubWith = (verdict: Verdict = "VALID", expiresAtMs: number | null = null) => {
  const seen: VerifyCommand[] = [];
  const { app } = createStubApp({
    verify: async (command) => {
      seen.push(command);
      const record = verdict === "MALFORMED" || verdict === "NOT_FOUND" ? null : recordOf();
      return { verdict, record, spent: record && spentOf(), expiresAtMs };
    },
  });
  const ask = (payload: string, headers: Record<string, string> = operator) => app.inject({ method: "POST", url: path, headers, payload });
  return { ask, seen };
};

describe("200", () => {
  it("says of an active key what RFC 7662 has names for, without charging or counting it", async () => {
    const { ask, seen } = stubWith("VALID", 1_900_000_000_500);
    const answer = await ask(`token=${otherKey}&token_type_hint=access_token`);
    expect(answer.json()).toEqual({
      active: true,
      scope: "send_email read_analytics",
      client_id: "key_01F8MECHZX3TBDSZ7XRADM",
      sub: "ten_01F8MECHZX3TBDSZ7XRADM",
      token_type: "Bearer",
      tenant_id: "ten_01F8MECHZX3TBDSZ7XRADM",
      environment: "live",
      exp: 1_900_000_000,
    });
    expect(answer.headers).toMatchObject({ "cache-control": "no-store", "content-type": "application/json; charset=utf-8" });
    expect(seen).toMatchObject([{ dryRun: true, scopes: [], ip: null }]);
    expect(seen[0]?.key.reveal()).toBe(otherKey);
  });

  it("says of a key that is not active nothing else, whatever the reason", async () => {
    const isSpent = (verdict: Verdict) => doorAnswers[verdict].status === 429;
    for (const verdict of refusals) {
      const { ask } = stubWith(verdict);
      const { statusCode, body } = await ask(`token=${otherKey}`);
      if (isSpent(verdict)) expect(body, verdict).toContain('"active":true');
      else expect([statusCode, body], verdict).toEqual([200, '{"active":false}']);
    }
    const { ask, seen } = stubWith();
    expect((await ask(`token=${"a".repeat(513)}`)).body).toBe('{"active":false}');
    expect(seen).toEqual([]);
  });

  it("is given to the root key as the password of Basic, too", async () => {
    const { ask } = stubWith();
    const basic = { ...form, authorization: `Basic ${Buffer.from(`gateway:${rootKey}`).toString("base64")}` };
    expect((await ask(`token=${otherKey}`, basic)).json()).toMatchObject({ active: true });
  });
});

describe("400", () => {
  it.each(["", "token=", "token_type_hint=x", `token=${otherKey}&token=${apiKey}`])("for the form %j", async (payload) => {
    const { ask, seen } = stubWith();
    const answer = await ask(payload);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: "INVALID_REQUEST", errors: [{ pointer: "/token" }] });
    expect(seen).toEqual([]);
  });

  it("for two credentials", async () => {
    const basic = `Basic ${Buffer.from(`x:${rootKey}`).toString("base64")}`;
    expect((await stubWith().ask(`token=${otherKey}`, { ...form, authorization: basic, "x-api-key": rootKey })).json()).toMatchObject({
      code: "TWO_CREDENTIALS",
    });
  });
});

describe("401", () => {
  it.each([
    [{}, "UNAUTHENTICATED"],
    [{ authorization: `Bearer ${otherKey}` }, "INVALID_CREDENTIAL"],
    [{ authorization: `Basic ${Buffer.from("x:").toString("base64")}` }, "INVALID_CREDENTIAL"],
    [{ authorization: `Basic ${Buffer.from(rootKey).toString("base64")}` }, "INVALID_CREDENTIAL"],
  ])("for the caller %j, before its form is read", async (headers, code) => {
    const { ask, seen } = stubWith();
    const answer = await ask("", { ...form, ...headers });
    expect([answer.statusCode, answer.json().code]).toEqual([401, code]);
    expect(seen).toEqual([]);
  });
});

describe("413 and 415", () => {
  it("for a form that is too large, and for another type", async () => {
    const { ask } = stubWith();
    expect((await ask(`token=${"a".repeat(9_000)}`)).statusCode).toBe(413);
    expect((await ask("{}", { ...operator, "content-type": "application/json" })).json()).toMatchObject({ code: "UNSUPPORTED_MEDIA_TYPE" });
  });
});
