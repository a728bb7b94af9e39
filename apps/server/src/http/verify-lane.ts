import type { ServerResponse } from "node:http";
import { type Endpoint, endpoints } from "@keywright/contract";
import type { Static } from "@keywright/contract/validation";
import type { Credential } from "@keywright/core";
import type { EndpointMeter, EndpointMeters } from "../telemetry/endpoint-meters.ts";
import { answerInSpan, type Tracing } from "../telemetry/tracing.ts";
import { bearerSecret, shareSecrets } from "./credential.ts";
import type { FieldSchema } from "./field-words.ts";
import { gatherTurn } from "./gather-turn.ts";
import { parseJsonBody } from "./json-body.ts";
import { type LaneHead, readLaneHead } from "./lane-head.ts";
import { problemOf } from "./problem.ts";
import { compileWriter } from "./reply-writer.ts";
import { createExchange, endpointLabel, type RouteDeps } from "./route.ts";
import { logProblem } from "./send-problem.ts";
import { sendWhole } from "./send-whole.ts";
import { compilePart, type PartCheck } from "./validate.ts";
import type { WholeRequest } from "./whole-request.ts";

/** The endpoints that have such a lane. */
type LaneId = "verify-key" | "verify-keys";
type LaneBody<Id extends LaneId> = Static<(typeof endpoints)[Id]["body"]>;

/**
 * Core's `verifyAtOnce` or `verifyAllAtOnce` with its engine, from a wire form to its reply's text, as `compileWriter` writes it by the endpoint's schema.
 * undefined, or a promise of it: the long way has to be taken.
 */
export type VerifyAtOnce<Id extends LaneId = "verify-key"> = (credential: Credential, body: LaneBody<Id>) => Promise<string | undefined> | undefined;

export interface LaneDeps extends RouteDeps {
  readonly newRequestId: () => string;
  readonly meters: Pick<EndpointMeters, "of">;
  readonly tracing?: Tracing | undefined;
  readonly isClosing: () => boolean;
}

/** Answers a request, if it is one for this lane: true; else it has not been touched. */
export type Lane = (request: WholeRequest, response: ServerResponse) => boolean;

/**
 * The way of most requests: those of one endpoint, with a plain JSON body, on Node's own reply and a request whose body comes whole. It answers as the mounted
 * endpoint does, byte by byte: nothing here is decided, only carried.
 */
export const createVerifyLane = <Id extends LaneId>(deps: LaneDeps, id: Id, verifyAtOnce: VerifyAtOnce<Id>): Lane => {
  const row: Endpoint = endpoints[id];
  const { path } = row;
  const state: State = {
    ...deps,
    row,
    endpoint: endpointLabel(row),
    check: compilePart(endpoints[id].body),
    write: compileWriter(row.replies[200] as FieldSchema),
    exchange: createExchange(deps, id, row),
    readBearer: shareSecrets(bearerSecret, setImmediate),
    meter: deps.meters.of(id),
    // What has passed the endpoint's check is its body.
    verifyAtOnce: (credential, body) => verifyAtOnce(credential, body as LaneBody<Id>),
  };
  const { tracing } = deps;
  const arrive = gatherTurn<Call>((call) => {
    if (tracing === undefined) void answer(state, call);
    else void answerInSpan(tracing, { name: id, method: row.method, requestId: call.id, headers: call.request.headers }, () => answer(state, call));
  });
  return (request, response) => {
    if (request.url !== path || request.method !== row.method || deps.isClosing()) return false;
    const head = readLaneHead(request.rawHeaders);
    if (head === undefined) return false;
    const startedMs = state.meter.start();
    // A client that hangs up before the end of its body is answered nothing; Node gives no more bytes than the length that the request has named.
    request.takeBody((body) => arrive({ id: state.newRequestId(), request, response, head, body, startedMs }));
    return true;
  };
};

interface State extends LaneDeps {
  readonly row: Endpoint;
  readonly endpoint: string;
  readonly verifyAtOnce: (credential: Credential, body: unknown) => Promise<string | undefined> | undefined;
  readonly check: PartCheck;
  readonly write: ReturnType<typeof compileWriter>;
  readonly exchange: ReturnType<typeof createExchange>;
  readonly readBearer: ReturnType<typeof shareSecrets>;
  readonly meter: EndpointMeter;
}

interface Call {
  readonly id: string;
  readonly request: WholeRequest;
  readonly response: ServerResponse;
  readonly head: LaneHead;
  readonly body: Buffer;
  readonly startedMs: number;
}

const answer = async (state: State, call: Call): Promise<ServerResponse> => {
  const { id } = call;
  const headers: Record<string, string> = {};
  try {
    const quick = await atOnce(state, call, id);
    const text = quick ?? state.write((await state.exchange({ raw: call.request, id, params: {}, body: call.body }, headers)).body);
    send(call.response, { id, status: 200, type: "application/json; charset=utf-8", text, headers });
    state.meter.done(200, call.startedMs);
  } catch (error) {
    const problem = problemOf(error, id);
    logProblem(state.logger, { id, method: state.row.method, path: state.row.path }, { code: problem.code, status: problem.status, error });
    const { "content-type": type = "", ...more } = problem.headers;
    send(call.response, { id, status: problem.status, type, text: JSON.stringify(problem.body), headers: { ...headers, ...more } });
    state.meter.done(problem.status, call.startedMs);
  }
  return call.response;
};

/** undefined where anything at all is in the way: then the long way says what. */
const atOnce = (state: State, { request, head, body }: Call, requestId: string): Promise<string | undefined> | undefined => {
  let secret: Credential["secret"];
  let verify: unknown;
  try {
    secret = state.readBearer(head.authorization);
    verify = parseJsonBody(body);
  } catch {
    return undefined;
  }
  if (state.check(verify).length > 0) return undefined;
  const ip = state.clientIp.of(request.socket.remoteAddress, head.forwardedFor);
  return state.verifyAtOnce({ secret, permission: state.row.permission, ip, requestId, endpoint: state.endpoint }, verify);
};

interface Answer {
  readonly id: string;
  readonly status: number;
  readonly type: string;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

const send = (response: ServerResponse, { id, status, type, text, headers }: Answer): void => {
  const lines = ["x-request-id", id, "cache-control", "no-store", "x-content-type-options", "nosniff", "content-type", type];
  for (const [name, value] of Object.entries(headers)) lines.push(name, value);
  sendWhole(response, { status, headers: lines, text });
};
