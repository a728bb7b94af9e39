import { endpointIds, endpoints } from "@keywright/contract";
import { AppError, type EmbeddedRequest } from "@keywright/core";
import { describe, expect, it } from "vitest";
import { fillPath } from "../docs/sample-call.ts";
import { createStubApp, rootKey } from "../testing/stub-app.ts";

const token = `kwembed.${"5".repeat(64)}`;
const embedder = "https://app.example.com";

/** An app that takes one token, and remembers who asked by which. */
const open = () => {
  const asked: EmbeddedRequest[] = [];
  const stub = createStubApp({
    authenticateEmbedded: async (request) => {
      asked.push(request);
      if (request.token.reveal() !== token) throw new AppError("INVALID_CREDENTIAL");
      const { ip, requestId } = request;
      return { actor: { type: "member", id: "mem_1", memberId: "mem_1", tenantId: "ten_1", role: "viewer", scopes: [], ip, requestId }, spent: null };
    },
  });
  const list = async (headers: Record<string, string>, query = "") => {
    const answer = await stub.app.inject({ method: "GET", url: `/api/v1/platform/api-keys${query}`, headers });
    return answer.statusCode === 200 ? "answered" : answer.json().code;
  };
  return { ...stub, asked, list };
};

describe("the token of an embed session", () => {
  it("is taken by every management call, with the call's own permission and the page around the frame, and by no verification", async () => {
    const { app, asked } = open();
    for (const id of endpointIds) {
      const row = endpoints[id];
      const before = asked.length;
      const headers = { authorization: `Bearer ${token}`, "x-keywright-embedder": embedder };
      const answer = await app.inject({ method: row.method, url: fillPath(row), headers });
      if (row.tag === "Verification") expect([id, answer.json().code, asked.length]).toEqual([id, "INVALID_CREDENTIAL", before]);
      else {
        expect([id, asked.length]).toEqual([id, before + 1]);
        expect(asked.at(-1)).toMatchObject({ permission: row.permission, embedder, ip: "127.0.0.1" });
      }
    }
  });

  it.each([
    ["in the header for keys", { "x-api-key": token }, "INVALID_CREDENTIAL"],
    ["beside a key", { authorization: `Bearer ${token}`, "x-api-key": rootKey }, "TWO_CREDENTIALS"],
    ["cut short", { authorization: `Bearer ${token.slice(0, -1)}` }, "INVALID_CREDENTIAL"],
    ["with more behind it", { authorization: `Bearer ${token}0` }, "INVALID_CREDENTIAL"],
  ])("%s is none", async (_what, headers, code) => {
    const { list, asked } = open();
    expect([await list(headers), asked]).toEqual([code, []]);
  });

  it("is refused in a URL under whatever name, though it is good, and stands in no answer or log", async () => {
    const { app, list, lines } = open();
    const authorization = `Bearer ${token}`;
    expect(await list({ authorization })).toBe("answered");
    for (const query of [`?token=${token}`, `?q=${token}`, `?${token}=1`])
      expect([query, await list({ authorization }, query)]).toEqual([query, "CREDENTIAL_IN_QUERY"]);
    const refused = await app.inject({ method: "GET", url: "/api/v1/platform/api-keys", headers: { authorization: `Bearer kwembed.${"6".repeat(64)}` } });
    expect(refused.json()).toMatchObject({ status: 401, code: "INVALID_CREDENTIAL" });
    expect(refused.body + lines.join("")).not.toMatch(/5{20}|6{20}/);
  });

  it("that is not good is refused as late as any credential", async () => {
    const { list, slept } = open();
    expect(await list({ authorization: `Bearer kwembed.${"6".repeat(64)}` })).toBe("INVALID_CREDENTIAL");
    expect(slept).toHaveLength(1);
  });
});
