import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { forwardAuth } from "@keywright/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEndpointMeters } from "../telemetry/endpoint-meters.ts";
import { createLogger } from "../telemetry/logger.ts";
import type { Tracing } from "../telemetry/tracing.ts";
import { exchange, portOf, type RawRequest, requestText } from "../testing/raw-http.ts";
import { createForwardAuthLane } from "./forward-auth-lane.ts";
import type { GatewayDoor } from "./gateway-door.ts";
import { headerLines } from "./header-lines.ts";
import { WholeRequest } from "./whole-request.ts";

const door = forwardAuth.path;
type Asked = Partial<RawRequest>;

describe("the lane of gateways' questions", () => {
  const asked: string[] = [];
  const answerOne: GatewayDoor["answer"] = async ({ url, peer }) => {
    asked.push(`${url} ${peer}`);
    return { status: 200, lines: headerLines({ "x-a": url.includes("broken") ? "\n" : "b" }), body: undefined };
  };
  const answerDoor: GatewayDoor = {
    answer: answerOne,
    answerTurn: (requests, tell) => {
      for (const [place, request] of requests.entries()) tell(place, answerOne(request));
    },
  };
  const meters = createEndpointMeters();
  const spans: unknown[] = [];
  const tracing = {
    begin: ({ name, method, requestId }) => {
      const span = { name, method, requestId, status: 0 };
      spans.push(span);
      return {
        within: (work) => work(),
        end: (status) => {
          span.status = status;
        },
      };
    },
  } satisfies Pick<Tracing, "begin"> as unknown as Tracing;
  const logger = createLogger({ level: "silent" });
  const deps = { door: answerDoor, meter: meters.of("forward-auth"), newRequestId: () => "req_1", isClosing: () => false, logger };
  const lane = createForwardAuthLane(deps);
  const tracedLane = createForwardAuthLane({ ...deps, tracing });
  const server = createServer({ IncomingMessage: WholeRequest }, (request, response) => {
    const isTaken = (request.url?.includes("traced") === true ? tracedLane : lane)(request, response);
    if (!isTaken) response.writeHead(204).end();
  });
  let port: number;
  beforeAll(async () => {
    port = await portOf(server);
  });
  afterAll(() => {
    server.close();
  });
  const statusOf = async (what: Asked): Promise<number> => {
    const text = await exchange(port, requestText({ url: door, ...what, headers: [...(what.headers ?? []), ["Connection", "close"]] }));
    return Number(text.split(" ")[1]);
  };

  it.each<[name: string, asked: Asked]>([
    ["a question", {}],
    ["any method", { method: "PROPFIND" }],
    ["a client's path", { url: `${door}/%ff` }],
    ["a length of nothing", { headers: [["Content-Length", "0"]] }],
    [
      "what gateways add",
      {
        headers: [
          ["X-Forwarded-Proto", "https"],
          ["X-Forwarded-Host", "x"],
          ["X-Request-Id", "1"],
          ["Cookie", "a"],
          ["Cookie", "b"],
        ],
      },
    ],
  ])("takes %s", async (_name, what) => {
    expect(await statusOf(what)).toBe(200);
    expect(asked.pop()).toBe(`${what.url ?? door} 127.0.0.1`);
  });

  it.each<[name: string, asked: Asked]>([
    ["HEAD", { method: "HEAD" }],
    ["another path", { url: `${door}s` }],
    ["a body", { headers: [["Content-Length", "1"]], body: "x" }],
    ["a body in pieces", { headers: [["Transfer-Encoding", "chunked"]], body: "0\r\n\r\n" }],
    ["an expectation", { headers: [["Expect", "100-continue"]] }],
    ["an upgrade", { headers: [["Upgrade", "h2c"]] }],
  ])("leaves %s to the common way", async (_name, what) => {
    const status = await statusOf(what);
    expect([204, 100]).toContain(status);
    expect(asked).toEqual([]);
  });

  it("leaves everything to the common way while the server closes", () => {
    const closing = createForwardAuthLane({ ...deps, isClosing: () => true });
    expect(closing({ url: door, method: "GET", rawHeaders: [] } as unknown as WholeRequest, {} as never)).toBe(false);
  });

  it("answers a reply that cannot be written as a failure, and counts it", async () => {
    expect(await statusOf({ url: `${door}/broken` })).toBe(500);
    expect(meters.requests().find(({ labels }) => labels["status"] === "5xx")?.value).toBe(1);
    asked.length = 0;
  });

  it("traces each question in a span of its own", async () => {
    expect(await statusOf({ url: `${door}/traced` })).toBe(200);
    expect(spans).toEqual([{ name: "forward-auth", method: "GET", requestId: "req_1", status: 200 }]);
    asked.length = 0;
  });

  it("lets go of the connection of a client that hangs up", async () => {
    const socket = connect(port, "127.0.0.1");
    socket.write(requestText({ url: door }));
    socket.destroy();
    await once(socket, "close");
    expect(await statusOf({})).toBe(200);
    asked.length = 0;
  });
});
