import type { IncomingHttpHeaders } from "node:http";
import { bounds, doorAnswers, type ErrorCode, forwardAuth } from "@keywright/contract";
import {
  AppError,
  type AtOnce,
  type Caller,
  type Credential,
  type DoorInfo,
  invalidField,
  Secret,
  type VerifyCommand,
  type VerifyOutcome,
} from "@keywright/core";
import type { Logger } from "pino";
import type { Authenticator } from "./authenticate.ts";
import type { ClientIp } from "./client-ip.ts";
import { maxCredentialLength, shareSecrets } from "./credential.ts";
import { createEndpointReader, createPolicyReader, type ForwardedPolicy, readClientKey } from "./forwarded-request.ts";
import { createAdmit, type GatewayReply, refusalOf, refuse } from "./gateway-reply.ts";
import { readSingle } from "./header.ts";
import { redactKeys } from "./key-text.ts";
import type { RefusalDelay } from "./refusal-delay.ts";

/** Core's `verifyEachAtOnce` with its engine: `tell` hears of each by its place; undefined: prove the gateway first, then verify, nothing has been charged. */
export type VerifyEachBehind = (caller: Caller, commands: readonly VerifyCommand[], tell: (place: number, atOnce: AtOnce) => void) => void;

export interface GatewayDoorDeps {
  /** Proves the gateway. */
  readonly authenticate: Authenticator;
  /** Verifies the client's key: core's `verify` for the door "api". */
  readonly verify: (command: VerifyCommand) => Promise<VerifyOutcome>;
  readonly verifyEachBehind: VerifyEachBehind;
  /** Hears of each verification, for the request log. */
  readonly note: (command: VerifyCommand, outcome: VerifyOutcome, door: DoorInfo) => void;
  readonly clientIp: ClientIp;
  readonly refusalDelay: RefusalDelay;
  readonly logger: Logger;
}

/** A gateway's request, in whatever way it came. */
export interface GatewayRequest {
  readonly id: string;
  /** As it was sent. */
  readonly url: string;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  /** The gateway's address; undefined: it has hung up. */
  readonly peer: string | undefined;
}

/** A promise rejects with what is answered as a problem. */
export type ReplyAtOnce = GatewayReply | Promise<GatewayReply>;

export interface GatewayDoor {
  answer(request: GatewayRequest): Promise<GatewayReply>;
  /** Answers the questions of one turn, those of one gateway together. `tell` is called once for each, by its place, and must not throw. */
  answerTurn(requests: readonly GatewayRequest[], tell: TellReply): void;
}

type TellReply = (place: number, reply: ReplyAtOnce) => void;

/** Whether a URL is the door's, read as it was sent: the router decodes, and would take more for it. */
export const isDoorUrl = (url: string): boolean => url.startsWith(forwardAuth.path) && ["", "?", "/"].includes(url.charAt(forwardAuth.path.length));

/** Prove the gateway, read its policy and the client's key, verify, answer. */
export const createGatewayDoor = (deps: GatewayDoorDeps): GatewayDoor => {
  const state: State = {
    ...deps,
    readPolicy: createPolicyReader(),
    readRootKey: shareSecrets((text) => new Secret(text), setImmediate),
    readLabel: createEndpointReader(),
    admit: createAdmit(),
  };
  return {
    answer: (request) => new Promise((resolve) => answerTurn(state, [request], (_place, reply) => resolve(reply))),
    answerTurn: (requests, tell) => answerTurn(state, requests, tell),
  } satisfies GatewayDoor;
};

/** They fit in one script call, with their gateway. */
const mostTogether = 64;

const answerTurn = (state: State, requests: readonly GatewayRequest[], tell: TellReply): void => {
  let open: Together | undefined;
  for (const [place, request] of requests.entries()) {
    const call = { place, request, startedMs: state.refusalDelay.start() };
    const read = readCall(state, call);
    if (!("asked" in read)) {
      tell(place, read);
      continue;
    }
    const { caller, asked } = read;
    if (open !== undefined && !isOfCaller(open, caller)) {
      verifyTogether(state, open, tell);
      open = undefined;
    }
    open ??= { caller, asked: [], commands: [] };
    open.asked.push(asked);
    open.commands.push(asked.command);
    if (open.asked.length < mostTogether) continue;
    verifyTogether(state, open, tell);
    open = undefined;
  }
  if (open !== undefined) verifyTogether(state, open, tell);
};

interface Read {
  readonly caller: Caller;
  readonly asked: AskedAtOnce;
}

/** Where anything at all is in the way, the long way says what. */
const readCall = (state: State, call: Call): Read | Promise<GatewayReply> => {
  const { place, request, startedMs } = call;
  try {
    const caller = credentialOf(state, request);
    const asked = typeof caller === "string" ? undefined : readAtOnce(state, request);
    if (typeof caller === "string" || asked === undefined) return answerInTurn(state, call);
    const { policy, key } = asked;
    return { caller, asked: { place, request, startedMs, policy, key, command: commandOf(state, request, asked) } };
  } catch (error) {
    return Promise.reject(error);
  }
};

interface Call {
  readonly place: number;
  readonly request: GatewayRequest;
  readonly startedMs: number;
}

/** One whose gateway and client may both be known. */
interface AskedAtOnce extends Call, Asked {
  readonly command: VerifyCommand;
}

/** Questions of one gateway. */
interface Together {
  readonly caller: Caller;
  /** undefined: answered. */
  readonly asked: (AskedAtOnce | undefined)[];
  readonly commands: VerifyCommand[];
}

const isOfCaller = ({ caller }: Together, { secret, ip }: Caller): boolean => caller.secret === secret && caller.ip === ip;

const verifyTogether = (state: State, { caller, asked, commands }: Together, tell: TellReply): void => {
  const told = (index: number, atOnce: AtOnce): void => {
    const one = asked[index];
    asked[index] = undefined;
    if (one !== undefined) tell(one.place, replyAtOnce(state, one, atOnce));
  };
  try {
    state.verifyEachBehind(caller, commands, told);
  } catch (error) {
    for (const one of asked.splice(0)) if (one !== undefined) tell(one.place, Promise.reject(error));
  }
};

const replyAtOnce = (state: State, one: AskedAtOnce, atOnce: AtOnce): ReplyAtOnce => {
  if (atOnce === undefined) return answerInTurn(state, one);
  if (!("verdict" in atOnce)) return atOnce.then((outcome) => replyNoted(state, one, outcome));
  try {
    return replyNoted(state, one, atOnce);
  } catch (error) {
    // What goes wrong with one is said of that one alone.
    return Promise.reject(error);
  }
};

const replyNoted = (state: State, one: AskedAtOnce, outcome: VerifyOutcome): ReplyAtOnce => {
  const { request, command, policy, key } = one;
  state.note(command, outcome, { requestId: request.id, userAgent: userAgentOf(request) });
  return replyOf(state, one, { policy, key, outcome });
};

const answerInTurn = async (state: State, call: Call): Promise<GatewayReply> => {
  if (!isDoorUrl(call.request.url)) throw invalidField("", "must be addressed to the path of the door as it is documented");
  return replyOf(state, call, await askInTurn(state, call.request));
};

const replyOf = (state: State, { request, startedMs }: Call, { policy, key, outcome }: Answered): ReplyAtOnce => {
  if (outcome?.verdict === "VALID") return state.admit(outcome);
  if (key === undefined) return refuse({ code: "UNAUTHENTICATED", status: 401 }, policy, request.id);
  if (outcome !== undefined && doorAnswers[outcome.verdict].status !== 401) return refuse(refusalOf(outcome.verdict, outcome, policy), policy, request.id);
  // The one answer to a key that is malformed, unknown, revoked, disabled or expired: same body, same headers, same instant.
  return state.refusalDelay.settle(startedMs).then(() => refuse({ code: "INVALID_CREDENTIAL", status: 401 }, policy, request.id));
};

interface State extends GatewayDoorDeps {
  readonly readPolicy: ReturnType<typeof createPolicyReader>;
  /** Requests of one turn mostly come from one gateway. */
  readonly readRootKey: (text: string) => Secret;
  readonly readLabel: ReturnType<typeof createEndpointReader>;
  readonly admit: ReturnType<typeof createAdmit>;
}

interface Question {
  readonly policy: ForwardedPolicy;
  readonly key: ReturnType<typeof readClientKey>;
}

interface Answered extends Question {
  /** undefined: there was no key that could be verified. */
  readonly outcome: VerifyOutcome | undefined;
}

interface Asked {
  readonly policy: ForwardedPolicy;
  readonly key: Secret;
}

const readQuestion = (state: State, { url, headers, rawHeaders }: GatewayRequest): Question => ({
  policy: state.readPolicy(url, headers),
  key: readClientKey(headers, rawHeaders),
});

const isAsked = (question: Question): question is Asked => typeof question.key === "object";

const commandOf = ({ clientIp, readLabel }: State, request: GatewayRequest, { key, policy }: Asked): VerifyCommand => {
  const ip = clientIp.behindGateway(readSingle(request.headers, "x-forwarded-for"));
  return { key, scopes: policy.scopes, ip, endpoint: readLabel(request), cost: 1, dryRun: false };
};

/** What is asked of a client who may be known; undefined wherever anything is in the way: nobody but a proved gateway hears what that is. */
const readAtOnce = (state: State, request: GatewayRequest): Asked | undefined => {
  if (!isDoorUrl(request.url)) return undefined;
  try {
    const question = readQuestion(state, request);
    return isAsked(question) ? question : undefined;
  } catch {
    return undefined;
  }
};

const askInTurn = async (state: State, request: GatewayRequest): Promise<Answered> => {
  await proveGateway(state, request);
  const question = readQuestion(state, request);
  if (!isAsked(question)) return { ...question, outcome: undefined };
  const command = commandOf(state, request, question);
  const outcome = await state.verify(command);
  state.note(command, outcome, { requestId: request.id, userAgent: userAgentOf(request) });
  return { ...question, outcome };
};

/** A gateway passes on what the client calls itself. Never with a key in it, and bounded. */
const userAgentOf = ({ headers }: GatewayRequest): string | null => {
  const text = readSingle(headers, "user-agent");
  return text === undefined || text === "" ? null : redactKeys(text.slice(0, bounds.userAgent));
};

/** What proves the gateway, or why nothing can. */
const credentialOf = (state: State, { id, headers, peer }: GatewayRequest): Credential | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" => {
  const text = readSingle(headers, "x-keywright-root-key");
  if (text === undefined || text === "") return "UNAUTHENTICATED";
  if (text.length > maxCredentialLength) return "INVALID_CREDENTIAL";
  const ip = state.clientIp.of(peer, undefined);
  return { secret: state.readRootKey(text), permission: forwardAuth.permission, ip, requestId: id, endpoint: forwardAuth.path };
};

/** Only a root key proves a gateway. Everything else is 401: to the end client it says nothing, to the operator the log does. */
const proveGateway = async (state: State, request: GatewayRequest): Promise<void> => {
  const code = await gatewayFault(state.authenticate, credentialOf(state, request));
  if (code === undefined) return;
  const ip = state.clientIp.of(request.peer, undefined);
  state.logger.warn({ request_id: request.id, ip, code }, "a gateway did not prove itself by X-Keywright-Root-Key");
  throw new AppError(code === "UNAUTHENTICATED" ? code : "INVALID_CREDENTIAL", { detail: "The gateway did not prove itself by X-Keywright-Root-Key." });
};

const gatewayFault = async (authenticate: Authenticator, credential: ReturnType<typeof credentialOf>): Promise<ErrorCode | undefined> => {
  if (typeof credential === "string") return credential;
  try {
    const { actor } = await authenticate(credential);
    return actor.type === "root_key" ? undefined : "PERMISSION_DENIED";
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
};
