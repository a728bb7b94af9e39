import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { forwardAuth } from "@keywright/contract";
import type { Logger } from "pino";
import type { EndpointMeter } from "../telemetry/endpoint-meters.ts";
import { answerInSpan, type Tracing } from "../telemetry/tracing.ts";
import { type GatewayDoor, type GatewayRequest, isDoorUrl } from "./gateway-door.ts";
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
  const deps: Answering = { ...laneDeps, sendAlike: createAlikeSender(common) };
  const { tracing } = deps;
  const begin = (call: Call): void => {
    const { id: requestId, method, headers } = call.question;
    if (tracing === undefined) void answer(deps, call);
    else void answerInSpan(tracing, { name: "forward-auth", method, requestId, headers }, () => answer(deps, call));
  };
  const arrive = gatherTurn<Call>((calls) => calls.forEach(begin));
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

const answer = async (deps: Answering, { question, response, startedMs }: Call): Promise<ServerResponse> => {
  try {
    const reply = await deps.door(question);
    send(deps, response, { id: question.id, reply });
    deps.meter.done(reply.status, startedMs);
  } catch (error) {
    const reply = problemReply(deps, question, error);
    send(deps, response, { id: question.id, reply });
    deps.meter.done(reply.status, startedMs);
  }
  return response;
};

const problemReply = ({ logger }: LaneDeps, { id, url, method }: GatewayRequest, error: unknown): GatewayReply => {
  const { code, status, headers, body } = problemOf(error, id);
  // Behind a slash the path is the client's.
  const path = url.charAt(forwardAuth.path.length) === "/" ? `${forwardAuth.path}/*` : forwardAuth.path;
  logProblem(logger, { id, method, path }, { code, status, error });
  return { status, lines: headerLines(headers), body: JSON.stringify(body) };
};

/** Of every answer. */
const common = ["cache-control", "no-store", "x-content-type-options", "nosniff"];

const send = ({ sendAlike }: Answering, response: ServerResponse, { id, reply }: Told): void => {
  const { status, lines, body: text } = reply;
  // Whoever is admitted has no body.
  if (status === 200 && text === undefined) sendAlike(response, id, { text: "", isAscii: true, lines });
  else sendWhole(response, { status, headers: ["x-request-id", id, ...common, ...headerPairs(lines)], text });
};

interface Told {
  readonly id: string;
  readonly reply: GatewayReply;
}
