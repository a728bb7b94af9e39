import type { ServerResponse } from "node:http";
import { type Endpoint, endpoints } from "@keywright/contract";
import type { Static } from "@keywright/contract/validation";
import type { Caller, Secret } from "@keywright/core";
import type { EndpointMeter, EndpointMeters } from "../telemetry/endpoint-meters.ts";
import { answerInSpan, type Tracing } from "../telemetry/tracing.ts";
import { commonHeaders } from "./common-headers.ts";
import { bearerSecret } from "./credential.ts";
import type { FieldSchema } from "./field-words.ts";
import { gatherTurn } from "./gather-turn.ts";
import { parseJsonBody } from "./json-body.ts";
import { type LaneHead, readLaneHead } from "./lane-head.ts";
import { problemOf } from "./problem.ts";
import { type ReplyText, replyText } from "./reply-text.ts";
import { compileWriter } from "./reply-writer.ts";
import { createExchange, endpointLabel, type RouteDeps } from "./route.ts";
import { createAlikeSender } from "./send-alike.ts";
import { logProblem } from "./send-problem.ts";
import { sendWhole } from "./send-whole.ts";
import { compilePart, type PartCheck } from "./validate.ts";
import type { WholeRequest } from "./whole-request.ts";

/** The endpoints that have such a lane. */
type LaneId = "verify-key" | "verify-keys";
type LaneBody<Id extends LaneId> = Static<(typeof endpoints)[Id]["body"]>;

/** A call as it was read, of a caller who makes others as well. */
export interface Asked<Body> {
  readonly body: Body;
  readonly requestId: string;
}

/** A reply, as `compileWriter` writes it by the endpoint's schema; undefined, promised or not: the long way has to be taken, and nothing has been charged. */
export type TextAtOnce = ReplyText | Promise<ReplyText | undefined> | undefined;
export type TellText = (place: number, text: TextAtOnce) => void;

/** Verifies what one caller asked for in one turn of the event loop. Calls `tell` once for each, by its place, as soon as its answer is known. */
export type VerifyAtOnce<Id extends LaneId = "verify-key"> = (caller: Caller, asked: readonly Asked<LaneBody<Id>>[], tell: TellText) => void;

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
    meter: deps.meters.of(id),
    sendAlike: createAlikeSender([...commonHeaders, "content-type", jsonType]),
    // What has passed the endpoint's check is its body.
    verifyAtOnce: verifyAtOnce as State["verifyAtOnce"],
  };
  const { tracing } = deps;
  const arrive = gatherTurn<Call>((calls) => {
    if (tracing === undefined) answerTurn(state, calls);
    else for (const call of calls) answerTraced(state, call, { ...tracing, name: id });
  });
  return (request, response) => {
    if (request.url !== path || request.method !== row.method || deps.isClosing()) return false;
    const head = readLaneHead(request.rawHeaders);
    if (head === undefined) return false;
    const startedMs = state.meter.start();
    // A client that hangs up before the end of its body is answered nothing; Node gives no more bytes than the length that the request has named.
    request.takeBody((body) => arrive({ id: state.newRequestId(), request, response, head, body, startedMs, answered: nobodyWaits }));
    return true;
  };
};

interface State extends LaneDeps {
  readonly row: Endpoint;
  readonly endpoint: string;
  readonly verifyAtOnce: (caller: Caller, asked: readonly Asked<unknown>[], tell: TellText) => void;
  readonly check: PartCheck;
  readonly write: ReturnType<typeof compileWriter>;
  readonly exchange: ReturnType<typeof createExchange>;
  readonly meter: EndpointMeter;
  /** For verdicts: most of what is ever sent. */
  readonly sendAlike: ReturnType<typeof createAlikeSender>;
}

interface Call {
  readonly id: string;
  readonly request: WholeRequest;
  readonly response: ServerResponse;
  readonly head: LaneHead;
  readonly body: Buffer;
  readonly startedMs: number;
  /** Told when the reply has been handed over. */
  readonly answered: (response: ServerResponse) => void;
}

const nobodyWaits = (): void => {};

/** By itself: a span is one request's. */
const answerTraced = (state: State, call: Call, { begin, name }: Pick<Tracing, "begin"> & { readonly name: string }): void => {
  const { id: requestId, request } = call;
  const answer = (): Promise<ServerResponse> => new Promise((answered) => answerTurn(state, [{ ...call, answered }]));
  void answerInSpan({ begin }, { name, method: state.row.method, requestId, headers: request.headers }, answer);
};

/** Calls of one caller, which are verified together: what waits for the ledger then waits with one promise. */
interface Together {
  readonly authorization: string;
  readonly secret: Secret;
  readonly ip: string | null;
  /** undefined: answered. */
  readonly calls: (Call | undefined)[];
  readonly asked: Asked<unknown>[];
}

/** They fit in one script call, with their caller. */
const mostTogether = 64;
/** Callers whose calls are gathered at once. */
const mostCallers = 4;

const answerTurn = (state: State, calls: readonly Call[]): void => {
  const open: Together[] = [];
  for (const call of calls) {
    const together = join(state, open, call);
    // Where anything at all is in the way, the long way says what.
    if (together === undefined) reply(state, call, undefined);
    else if (together.calls.length === mostTogether) verifyTogether(state, open.splice(open.indexOf(together), 1));
  }
  verifyTogether(state, open);
};

/** Takes a call to the others of its caller; undefined: it is not as it should be. */
const join = (state: State, open: Together[], call: Call): Together | undefined => {
  const { authorization, forwardedFor } = call.head;
  try {
    const body = parseJsonBody(call.body);
    if (state.check(body).length > 0) return undefined;
    const ip = state.clientIp.of(call.request.socket.remoteAddress, forwardedFor);
    const together = open.find((one) => one.authorization === authorization && one.ip === ip) ?? begin(state, open, { authorization, ip });
    together.calls.push(call);
    together.asked.push({ body, requestId: call.id });
    return together;
  } catch {
    return undefined;
  }
};

const begin = (state: State, open: Together[], { authorization, ip }: Pick<Together, "authorization" | "ip">): Together => {
  const together = { authorization, secret: bearerSecret(authorization), ip, calls: [], asked: [] };
  if (open.length === mostCallers) verifyTogether(state, open.splice(0, 1));
  open.push(together);
  return together;
};

const verifyTogether = (state: State, several: readonly Together[]): void => {
  for (const together of several) verifyCallerCalls(state, together);
};

const verifyCallerCalls = (state: State, { secret, ip, calls, asked }: Together): void => {
  const { row, endpoint } = state;
  const tell: TellText = (place, text) => {
    const call = calls[place];
    calls[place] = undefined;
    if (call !== undefined) reply(state, call, text);
  };
  try {
    state.verifyAtOnce({ secret, permission: row.permission, ip, endpoint }, asked, tell);
  } catch (error) {
    for (const call of calls.splice(0)) if (call !== undefined) reply(state, call, Promise.reject(error));
  }
};

const reply = (state: State, call: Call, written: TextAtOnce): void => {
  if (written === undefined || "then" in written) {
    void replyLate(state, call, written);
    return;
  }
  try {
    succeed(state, call, written);
  } catch (error) {
    void replyLate(state, call, Promise.reject(error));
  }
};

const replyLate = async (state: State, call: Call, promised: Promise<ReplyText | undefined> | undefined): Promise<void> => {
  const headers: Record<string, string> = {};
  try {
    const quick = promised === undefined ? undefined : await promised;
    if (quick !== undefined) {
      succeed(state, call, quick);
      return;
    }
    const text = state.write((await state.exchange({ raw: call.request, id: call.id, params: {}, body: call.body }, headers)).body);
    succeed(state, call, { ...replyText(text), headers });
  } catch (error) {
    fail(state, call, { error, headers });
  }
};

interface Done extends ReplyText {
  /** Beside those that every reply has; undefined: none. */
  readonly headers?: Readonly<Record<string, string>>;
}

const succeed = ({ meter, sendAlike }: State, { id, response, startedMs, answered }: Call, done: Done): void => {
  if (done.headers === undefined) sendAlike(response, id, done);
  else send(response, { id, status: 200, type: jsonType, text: done.text, headers: done.headers });
  meter.done(200, startedMs);
  answered(response);
};

interface Failed {
  readonly error: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

const fail = ({ logger, row, meter }: State, { id, response, startedMs, answered }: Call, { error, headers }: Failed): void => {
  const problem = problemOf(error, id);
  logProblem(logger, { id, method: row.method, path: row.path }, { code: problem.code, status: problem.status, error });
  const { "content-type": type = "", ...more } = problem.headers;
  send(response, { id, status: problem.status, type, text: JSON.stringify(problem.body), headers: { ...headers, ...more } });
  meter.done(problem.status, startedMs);
  answered(response);
};

interface Answer {
  readonly id: string;
  readonly status: number;
  readonly type: string;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

const jsonType = "application/json; charset=utf-8";

const send = (response: ServerResponse, { id, status, type, text, headers }: Answer): void => {
  const lines = ["x-request-id", id, ...commonHeaders, "content-type", type];
  for (const [name, value] of Object.entries(headers)) lines.push(name, value);
  sendWhole(response, { status, headers: lines, text });
};
