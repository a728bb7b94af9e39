import { endpointIds, endpoints } from "@keywright/contract";
import { AppError, type OutsiderRequest, Unavailable } from "@keywright/core";
import { describe, expect, it } from "vitest";
import { fillPath } from "../docs/sample-call.ts";
import { createStubApp, rootKey } from "../testing/stub-app.ts";

const token = `eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ1c2VyLTcifQ.${"s".repeat(86)}`;

/** An app that takes one token, and remembers who asked by which. */
const open = (refusal?: Error) => {
  const asked: OutsiderRequest[] = [];
  const stub = createStubApp({
    authenticateOutsider: async (request) => {
      asked.push(request);
      if (refusal !== undefined) throw refusal;
      if (request.token.reveal() !== token) throw new AppError("INVALID_CREDENTIAL");
      const { ip, requestId } = request;
      return { actor: { type: "member", id: "mem_1", memberId: "mem_1", tenantId: "ten_1", role: "viewer", scopes: [], ip, requestId }, spent: null };
    },
  });
  const list = async (headers: Record<string, string | string[]>) => {
    const answer = await stub.app.inject({ method: "GET", url: "/api/v1/platform/api-keys", headers });
    return answer.statusCode === 200 ? "answered" : answer.json().code;
  };
  return { ...stub, asked, list };
};

describe("a token of another system", () => {
  it("is taken by every management call, with the call's own permission, and by no other", async () => {
    const { app, asked } = open();
    for (const id of endpointIds) {
      const row = endpoints[id];
      const before = asked.length;
      const answer = await app.inject({ method: row.method, url: fillPath(row), headers: { authorization: `Bearer ${token}` } });
      if (row.tag === "Verification") {
        expect([id, answer.json().code, asked.length]).toEqual([id, "INVALID_CREDENTIAL", before]);
      } else {
        expect([id, asked.length]).toEqual([id, before + 1]);
        expect(asked.at(-1)).toMatchObject({ permission: row.permission, ip: "127.0.0.1" });
      }
    }
  });

  it("is told from a key by its form alone", async () => {
    const { list, asked } = open();
    expect(await list({ authorization: `Bearer ${token}` })).toBe("answered");
    expect(await list({ authorization: `bearer  ${token}` })).toBe("answered");
    expect(asked).toHaveLength(2);
    expect(await list({ authorization: `Bearer ${rootKey}` })).toBe("answered");
    expect(asked).toHaveLength(2);
  });

  it.each([
    ["of two parts", { authorization: "Bearer eyJh.eyJz" }, "INVALID_CREDENTIAL"],
    ["of four parts", { authorization: `Bearer ${token}.x` }, "INVALID_CREDENTIAL"],
    ["with a part that is no base64url", { authorization: "Bearer eyJh.ey~J.abc" }, "INVALID_CREDENTIAL"],
    ["of more than 8192 characters", { authorization: `Bearer eyJh.${"x".repeat(8_192)}.abc` }, "INVALID_CREDENTIAL"],
    ["in the header for keys", { "x-api-key": token }, "INVALID_CREDENTIAL"],
    ["beside a key", { authorization: `Bearer ${token}`, "x-api-key": rootKey }, "TWO_CREDENTIALS"],
    ["by another scheme", { authorization: `Basic ${token}` }, "INVALID_REQUEST"],
  ])("%s is none", async (_what, headers, code) => {
    const { list, asked } = open();
    expect(await list(headers)).toBe(code);
    expect(asked).toEqual([]);
  });

  it("that carries no signature is known for a token, and refused as one, late like every credential", async () => {
    const { list, asked, slept } = open();
    expect(await list({ authorization: "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1c2VyLTcifQ." })).toBe("INVALID_CREDENTIAL");
    expect(asked).toHaveLength(1);
    expect(slept).toHaveLength(1);
  });

  it("is answered UNAVAILABLE where the issuer's keys are out of reach, and never stands in the log", async () => {
    const { list, lines } = open(new Unavailable("outside-tokens", new Error("the cause")));
    expect(await list({ authorization: `Bearer ${token}` })).toBe("UNAVAILABLE");
    expect(lines.join("")).toContain("the cause");
    expect(lines.join("")).not.toContain("ssss");
  });

  it("is as bad as any text where no tokens are taken", async () => {
    const { app } = createStubApp();
    const answer = await app.inject({ method: "GET", url: "/api/v1/platform/api-keys", headers: { authorization: `Bearer ${token}` } });
    expect(answer.json()).toMatchObject({ status: 401, code: "INVALID_CREDENTIAL" });
  });
});
