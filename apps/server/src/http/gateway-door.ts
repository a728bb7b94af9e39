import type { IncomingHttpHeaders } from "node:http";
import { bounds, doorAnswers, type ErrorCode, forwardAuth } from "@keywright/contract";
import { AppError, type Credential, type DoorInfo, invalidField, Secret, type VerifyCommand, type VerifyOutcome } from "@keywright/core";
import type { Logger } from "pino";
import type { Authenticator } from "./authenticate.ts";
import type { ClientIp } from "./client-ip.ts";
import { maxCredentialLength, shareSecrets } from "./credential.ts";
import { createEndpointReader, createPolicyReader, type ForwardedPolicy, readClientKey } from "./forwarded-request.ts";
import { createAdmit, type GatewayReply, refusalOf, refuse } from "./gateway-reply.ts";
import { readSingle } from "./header.ts";
import { redactKeys } from "./key-text.ts";
import type { RefusalDelay } from "./refusal-delay.ts";

/** Core's `verifyAtOnce` with its engine. undefined, or a promise of it: prove the gateway first, then verify; nothing has been charged. */
export type VerifyBehind = (credential: Credential, command: VerifyCommand) => Promise<VerifyOutcome | undefined> | undefined;

export interface GatewayDoorDeps {
  /** Proves the gateway. */
  readonly authenticate: Authenticator;
  /** Verifies the client's key: core's `verify` for the door "api". */
  readonly verify: (command: VerifyCommand) => Promise<VerifyOutcome>;
  readonly verifyBehind: VerifyBehind;
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

/** Answers a gateway's question; throws what is answered as a problem. */
export type GatewayDoor = (request: GatewayRequest) => Promise<GatewayReply>;

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
  return async (request) => {
    const startedMs = state.refusalDelay.start();
    if (!isDoorUrl(request.url)) throw invalidField("", "must be addressed to the path of the door as it is documented");
    const { policy, key, outcome } = (await askAtOnce(state, request)) ?? (await askInTurn(state, request));
    if (outcome?.verdict === "VALID") return state.admit(outcome);
    if (key === undefined) return refuse({ code: "UNAUTHENTICATED", status: 401 }, policy, request.id);
    if (outcome !== undefined && doorAnswers[outcome.verdict].status !== 401) return refuse(refusalOf(outcome.verdict, outcome, policy), policy, request.id);
    // The one answer to a key that is malformed, unknown, revoked, disabled or expired: same body, same headers, same instant.
    await state.refusalDelay.settle(startedMs);
    return refuse({ code: "INVALID_CREDENTIAL", status: 401 }, policy, request.id);
  };
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

/** One step for a gateway and a client that are both known; undefined wherever anything is in the way: nobody but a proved gateway hears what that is. */
const askAtOnce = (state: State, request: GatewayRequest): Promise<Answered | undefined> | undefined => {
  const credential = credentialOf(state, request);
  if (typeof credential === "string") return undefined;
  let question: Question;
  try {
    question = readQuestion(state, request);
  } catch {
    return undefined;
  }
  if (!isAsked(question)) return undefined;
  const { policy, key } = question;
  const command = commandOf(state, request, question);
  return state.verifyBehind(credential, command)?.then((outcome) => {
    if (outcome === undefined) return undefined;
    state.note(command, outcome, { requestId: request.id, userAgent: userAgentOf(request) });
    return { policy, key, outcome };
  });
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
