import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { forwardAuth } from "@keywright/contract";
import type { Logger } from "pino";
import type { EndpointMeter } from "../telemetry/endpoint-meters.ts";
import { answerInSpan, type Tracing } from "../telemetry/tracing.ts";
import { commonHeaders } from "./common-headers.ts";
import { type GatewayDoor, type GatewayRequest, isDoorUrl, type ReplyAtOnce } from "./gateway-door.ts";
import type { GatewayReply } from "./gateway-reply.ts";
import { gatherTurn } from "./gather-turn.ts";
import { headerLines, headerPairs } from "./header-lines.ts";
import { problemOf } from "./problem.ts";
import { createAlikeSender, type SendAlike } from "./send-alike.ts";
import { logProblem } from "./send-problem.ts";
import { sendWhole } from "./send-whole.ts";
import type { Lane } from "./verify-lane.ts";

interface LaneDeps {
  readonly door: GatewayDoor;
  readonly meter: EndpointMeter;
  readonly newRequestId: () => string;
  readonly tracing?: Tracing | undefined;
  readonly isClosing: () => boolean;
  readonly logger: Logger;
}

/**
 * The way of most gateways' questions: those without a body, on Node's own reply. It answers as the mounted door does, byte by byte: nothing here is decided, only
 * carried.
 */
export const createForwardAuthLane = (laneDeps: LaneDeps): Lane => {
  const deps: Answering = { ...laneDeps, sendAlike: createAlikeSender(commonHeaders) };
  const { tracing } = deps;
  const arrive = gatherTurn<Call>((calls) => {
    if (tracing === undefined) answerTurn(deps, calls);
    else for (const call of calls) answerTraced(deps, call, tracing);
  });
  return (request, response) => {
    const { url = "", method = "" } = request;
    // To HEAD Fastify has an answer of its own.
    if (!isDoorUrl(url) || method === "HEAD" || deps.isClosing()) return false;
    // Node has looked at them already, for what it wants to know itself.
    const { headers, rawHeaders, socket } = request;
    if (!isPlain(headers)) return false;
    const startedMs = deps.meter.start();
    const question = { id: deps.newRequestId(), url, method, headers, rawHeaders, peer: socket.remoteAddress };
    // There is none; and a stream that nobody reads would have to be emptied.
    request.takeBody(() => arrive({ question, response, startedMs }));
    return true;
  };
};

/** Nothing comes behind the headers, and nothing is asked beside the question. */
const isPlain = (headers: IncomingHttpHeaders): boolean =>
  (headers["content-length"] === undefined || headers["content-length"] === "0") &&
  headers["transfer-encoding"] === undefined &&
  headers.expect === undefined &&
  headers.upgrade === undefined;

interface Call {
  readonly question: GatewayRequest;
  readonly response: ServerResponse;
  readonly startedMs: number;
}

interface Answering extends LaneDeps {
  readonly sendAlike: SendAlike;
}

const answerTurn = (deps: Answering, calls: readonly Call[]): void => {
  deps.door.answerTurn(
    calls.map(({ question }) => question),
    (place, reply) => {
      const call = calls[place];
      if (call !== undefined) answer(deps, call, reply);
    },
  );
};

/** By itself: a span is one question's. */
const answerTraced = (deps: Answering, call: Call, tracing: Tracing): void => {
  const { id: requestId, method, headers } = call.question;
  const answered = async (): Promise<ServerResponse> => {
    await answerLate(deps, call, deps.door.answer(call.question));
    return call.response;
  };
  void answerInSpan(tracing, { name: "forward-auth", method, requestId, headers }, answered);
};

const answer = (deps: Answering, call: Call, reply: ReplyAtOnce): void => {
  if ("then" in reply) {
    void answerLate(deps, call, reply);
    return;
  }
  try {
    sendCounted(deps, call, reply);
  } catch (error) {
    sendCounted(deps, call, problemReply(deps, call.question, error));
  }
};

const answerLate = async (deps: Answering, call: Call, promised: Promise<GatewayReply>): Promise<void> => {
  try {
    sendCounted(deps, call, await promised);
  } catch (error) {
    sendCounted(deps, call, problemReply(deps, call.question, error));
  }
};

const sendCounted = (deps: Answering, { question: { id }, response, startedMs }: Call, reply: GatewayReply): void => {
  send(deps, response, { id, reply });
  deps.meter.done(reply.status, startedMs);
};

const problemReply = ({ logger }: LaneDeps, { id, url, method }: GatewayRequest, error: unknown): GatewayReply => {
  const { code, status, headers, body } = problemOf(error, id);
  // Behind a slash the path is the client's.
  const path = url.charAt(forwardAuth.path.length) === "/" ? `${forwardAuth.path}/*` : forwardAuth.path;
  logProblem(logger, { id, method, path }, { code, status, error });
  return { status, lines: headerLines(headers), body: JSON.stringify(body) };
};

const send = ({ sendAlike }: Answering, response: ServerResponse, { id, reply }: Told): void => {
  const { status, lines, body: text } = reply;
  // Whoever is admitted has no body.
  if (status === 200 && text === undefined) sendAlike(response, id, { text: "", isAscii: true, lines });
  else sendWhole(response, { status, headers: ["x-request-id", id, ...commonHeaders, ...headerPairs(lines)], text });
};

interface Told {
  readonly id: string;
  readonly reply: GatewayReply;
}
