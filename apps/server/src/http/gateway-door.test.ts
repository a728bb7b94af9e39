import type { IncomingHttpHeaders } from "node:http";
import { forwardAuth } from "@keywright/contract";
import type { VerifyOutcome } from "@keywright/core";
import { describe, expect, it, vi } from "vitest";
import { createLogger } from "../telemetry/logger.ts";
import { apiKey, otherKey, recordOf, rootKey, spentOf, stubAuthenticator } from "../testing/stub-app.ts";
import { createGatewayDoor, type GatewayRequest, type ReplyAtOnce, type VerifyEachBehind } from "./gateway-door.ts";

const outcome: VerifyOutcome = { verdict: "VALID", record: recordOf({}), spent: spentOf({ outcome: "VALID" }), expiresAtMs: null };
const questionOf = (headers: IncomingHttpHeaders): GatewayRequest => ({
  id: "req_1",
  url: forwardAuth.path,
  method: "GET",
  headers,
  rawHeaders: [],
  peer: "127.0.0.1",
});
const asking = (root: string, key = apiKey): GatewayRequest => questionOf({ "x-keywright-root-key": root, "x-api-key": key });

const openDoor = (verifyEachBehind: VerifyEachBehind) => {
  const verify = vi.fn(async () => outcome);
  const note = vi.fn();
  const door = createGatewayDoor({
    authenticate: stubAuthenticator,
    verify,
    verifyEachBehind,
    note,
    clientIp: { of: () => "127.0.0.1", behindGateway: () => null },
    refusalDelay: { start: () => 0, settle: async () => {} },
    logger: createLogger({ level: "silent" }),
  });
  const askTurn = async (requests: readonly GatewayRequest[]): Promise<readonly (number | string)[]> => {
    const replies: ReplyAtOnce[] = [];
    door.answerTurn(requests, (place, reply) => {
      if (replies[place] !== undefined) throw new Error("It was told twice.");
      replies[place] = reply;
    });
    const settled = await Promise.allSettled(replies.map((reply) => Promise.resolve(reply)));
    expect(settled).toHaveLength(requests.length);
    return settled.map((one) => (one.status === "fulfilled" ? one.value.status : String(one.reason)));
  };
  return { askTurn, verify, note };
};

describe("questions of one turn", () => {
  it("are asked together where one gateway has them, as many as fit in a call, and others by themselves", async () => {
    const each = vi.fn<VerifyEachBehind>((_caller, commands, tell) => {
      for (const place of commands.keys()) tell(place, outcome);
    });
    const { askTurn, verify, note } = openDoor(each);
    const many = Array.from({ length: 70 }, () => asking(rootKey));
    expect(await askTurn([...many, asking(otherKey), asking(rootKey), questionOf({ "x-keywright-root-key": rootKey })])).toEqual([
      ...many.map(() => 200),
      200,
      200,
      401,
    ]);
    expect(each.mock.calls.map(([{ secret }, commands]) => [secret.reveal(), commands.length])).toEqual([
      [rootKey, 64],
      [rootKey, 6],
      [otherKey, 1],
      [rootKey, 1],
    ]);
    expect([note.mock.calls.length, verify.mock.calls.length]).toEqual([72, 0]);
  });

  it("are each told their own: at once, late, the long way, or that it failed", async () => {
    const { askTurn, verify, note } = openDoor((_caller, _commands, tell) => {
      tell(2, undefined);
      tell(0, outcome);
      tell(3, Promise.reject(new Error("its own")));
      tell(1, Promise.resolve({ ...outcome, verdict: "RATE_LIMITED" }));
    });
    expect(await askTurn(Array.from({ length: 4 }, () => asking(rootKey)))).toEqual([200, 429, 200, "Error: its own"]);
    expect([note.mock.calls.length, verify.mock.calls.length]).toEqual([3, 1]);
  });

  it("fail where the engine does, but for those that have been told", async () => {
    const { askTurn } = openDoor((_caller, _commands, tell) => {
      tell(1, outcome);
      throw new Error("at once");
    });
    expect(await askTurn([asking(rootKey), asking(rootKey), asking(rootKey)])).toEqual(["Error: at once", 200, "Error: at once"]);
  });

  it("fail alone where something goes wrong with one", async () => {
    const { askTurn, note } = openDoor((_caller, commands, tell) => {
      for (const place of commands.keys()) tell(place, outcome);
    });
    note.mockImplementationOnce(() => {
      throw new Error("of the note");
    });
    expect(await askTurn([asking(rootKey), asking(rootKey)])).toEqual(["Error: of the note", 200]);
  });

  it("fail alone where one cannot even be read", async () => {
    const { askTurn } = openDoor((_caller, commands, tell) => {
      for (const place of commands.keys()) tell(place, outcome);
    });
    const unreadable = {
      ...asking(rootKey),
      headers: new Proxy(
        {},
        {
          get: () => {
            throw new Error("of the headers");
          },
        },
      ),
    };
    expect(await askTurn([asking(rootKey), unreadable, asking(rootKey)])).toEqual([200, "Error: of the headers", 200]);
  });
});
