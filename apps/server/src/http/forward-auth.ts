import { METHODS } from "node:http";
import { bounds, doorAnswers, type ErrorCode, forwardAuth, type Refusal, refusalErrors } from "@keywright/contract";
import { AppError, type Credential, type DoorInfo, invalidField, Secret, type VerifyCommand, type VerifyOutcome } from "@keywright/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Logger } from "pino";
import type { EndpointMeter } from "../telemetry/endpoint-meters.ts";
import type { Authenticator } from "./authenticate.ts";
import type { ClientIp } from "./client-ip.ts";
import { maxCredentialLength } from "./credential.ts";
import { type ForwardedPolicy, readClientKey, readEndpoint, readPolicy } from "./forwarded-request.ts";
import { readSingle } from "./header.ts";
import { identityHeaders } from "./identity-headers.ts";
import { redactKeys } from "./key-text.ts";
import { problemOf, statusOf } from "./problem.ts";
import { rateLimitHeaders } from "./rate-limit-headers.ts";
import type { RefusalDelay } from "./refusal-delay.ts";

/** Core's `verifyAtOnce` with its engine. undefined, or a promise of it: prove the gateway first, then verify; nothing has been charged. */
export type VerifyBehind = (credential: Credential, command: VerifyCommand) => Promise<VerifyOutcome | undefined> | undefined;

export interface ForwardAuthDeps {
  /** Proves the gateway. */
  readonly authenticate: Authenticator;
  /** Verifies the client's key: core's `verify` for the door "api". */
  readonly verify: (command: VerifyCommand) => Promise<VerifyOutcome>;
  readonly verifyBehind: VerifyBehind;
  /** Hears of each verification, for the request log. */
  readonly note: (command: VerifyCommand, outcome: VerifyOutcome, door: DoorInfo) => void;
  readonly clientIp: ClientIp;
  readonly refusalDelay: RefusalDelay;
  readonly meter: EndpointMeter;
  readonly logger: Logger;
}

/** The door for gateways: any method, any suffix; answers by status and headers. */
export const mountForwardAuth = (app: FastifyInstance, deps: ForwardAuthDeps): void => {
  for (const method of METHODS) if (method !== "CONNECT" && !app.supportedMethods.includes(method)) app.addHttpMethod(method);
  const answer = answerGateway(deps);
  for (const url of [forwardAuth.path, `${forwardAuth.path}/*`]) {
    // Answered before Fastify looks for a body: that, and how it is encoded, is the client's affair.
    app.route({ method: app.supportedMethods, url, onRequest: answer, handler: (_request, reply) => reply });
  }
};

/** Whether a URL is the door's, read as it was sent: the router decodes, and would take more for it. */
export const isDoorUrl = (url: string): boolean => url.startsWith(forwardAuth.path) && ["", "?", "/"].includes(url.charAt(forwardAuth.path.length));

export type GatewayAnswer = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** One gateway's question, answered and measured. */
export const answerGateway = (deps: ForwardAuthDeps): GatewayAnswer => {
  const answer = answerQuestion(deps);
  return async (request, reply) => {
    const startedMs = deps.meter.start();
    try {
      await answer(request, reply);
      deps.meter.done(reply.statusCode, startedMs);
      return reply;
    } catch (error) {
      deps.meter.done(statusOf(error), startedMs);
      throw error;
    }
  };
};

/** Prove the gateway, read its policy and the client's key, verify, answer. */
const answerQuestion =
  (deps: ForwardAuthDeps): GatewayAnswer =>
  async (request, reply) => {
    const startedMs = deps.refusalDelay.start();
    if (!isDoorUrl(request.raw.url ?? "")) throw invalidField("", "must be addressed to the path of the door as it is documented");
    const { policy, key, outcome } = (await askAtOnce(deps, request)) ?? (await askInTurn(deps, request));
    if (key === undefined) return refuse(reply, policy, { code: "UNAUTHENTICATED", status: 401 });
    if (outcome?.verdict === "VALID") return admit(reply, outcome);
    if (outcome === undefined || doorAnswers[outcome.verdict].status === 401) return refuseLate(deps, { reply, policy, startedMs });
    return refuse(reply, policy, refusalOf(outcome.verdict, outcome, policy));
  };

interface Question {
  readonly policy: ForwardedPolicy;
  readonly key: ReturnType<typeof readClientKey>;
}

interface Answered extends Question {
  /** undefined: there was no key that could be verified. */
  readonly outcome: VerifyOutcome | undefined;
}

const readQuestion = ({ raw }: FastifyRequest): Question => ({
  policy: readPolicy(raw.url ?? "", raw.headers),
  key: readClientKey(raw.headers, raw.rawHeaders),
});

const commandOf = ({ clientIp }: ForwardAuthDeps, { raw, method }: FastifyRequest, asked: Asked): VerifyCommand => {
  const endpoint = readEndpoint({ url: raw.url ?? "", method, headers: raw.headers });
  const ip = clientIp.behindGateway(readSingle(raw.headers, "x-forwarded-for"));
  return { key: asked.key, scopes: asked.policy.scopes, ip, endpoint, cost: 1, dryRun: false };
};

interface Asked {
  readonly policy: ForwardedPolicy;
  readonly key: Secret;
}

const isAsked = (question: Question): question is Asked => typeof question.key === "object";

/** One step for a gateway and a client that are both known; undefined wherever anything is in the way: nobody but a proved gateway hears what that is. */
const askAtOnce = async (deps: ForwardAuthDeps, request: FastifyRequest): Promise<Answered | undefined> => {
  const credential = credentialOf(proofOf(deps, request));
  if (typeof credential === "string") return undefined;
  let question: Question;
  try {
    question = readQuestion(request);
  } catch {
    return undefined;
  }
  if (!isAsked(question)) return undefined;
  const command = commandOf(deps, request, question);
  const outcome = await deps.verifyBehind(credential, command);
  if (outcome === undefined) return undefined;
  deps.note(command, outcome, { requestId: request.id, userAgent: userAgentOf(request) });
  return { ...question, outcome };
};

const askInTurn = async (deps: ForwardAuthDeps, request: FastifyRequest): Promise<Answered> => {
  await proveGateway(deps, proofOf(deps, request));
  const question = readQuestion(request);
  if (!isAsked(question)) return { ...question, outcome: undefined };
  const command = commandOf(deps, request, question);
  const outcome = await deps.verify(command);
  deps.note(command, outcome, { requestId: request.id, userAgent: userAgentOf(request) });
  return { ...question, outcome };
};

/** A gateway passes on what the client calls itself. Never with a key in it, and bounded. */
const userAgentOf = ({ raw }: FastifyRequest): string | null => {
  const text = readSingle(raw.headers, "user-agent");
  return text === undefined || text === "" ? null : redactKeys(text.slice(0, bounds.userAgent));
};

interface GatewayProof {
  readonly text: string | undefined;
  readonly peer: string | null;
  readonly requestId: string;
}

const proofOf = ({ clientIp }: ForwardAuthDeps, { raw, id }: FastifyRequest): GatewayProof => ({
  text: readSingle(raw.headers, "x-keywright-root-key"),
  peer: clientIp.of(raw.socket.remoteAddress, undefined),
  requestId: id,
});

/** What proves the gateway, or why nothing can. */
const credentialOf = ({ text, peer, requestId }: GatewayProof): Credential | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" => {
  if (text === undefined || text === "") return "UNAUTHENTICATED";
  if (text.length > maxCredentialLength) return "INVALID_CREDENTIAL";
  return { secret: new Secret(text), permission: forwardAuth.permission, ip: peer, requestId, endpoint: forwardAuth.path };
};

/** Only a root key proves a gateway. Everything else is 401: to the end client it says nothing, to the operator the log does. */
const proveGateway = async ({ authenticate, logger }: ForwardAuthDeps, proof: GatewayProof): Promise<void> => {
  const code = await gatewayFault(authenticate, credentialOf(proof));
  if (code === undefined) return;
  logger.warn({ request_id: proof.requestId, ip: proof.peer, code }, "a gateway did not prove itself by X-Keywright-Root-Key");
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

const admit = (reply: FastifyReply, { record, spent, expiresAtMs }: VerifyOutcome): FastifyReply => {
  if (record === null) throw new Error("A valid key has no record.");
  return reply
    .code(200)
    .headers(identityHeaders(record, expiresAtMs))
    .headers(spent === null ? {} : rateLimitHeaders(spent))
    .send();
};

interface DoorRefusal {
  readonly code: ErrorCode;
  readonly status: number;
  readonly detail?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The one answer to a key that is malformed, unknown, revoked, disabled or expired: same body, same headers, same instant. */
const refuseLate = async (deps: ForwardAuthDeps, late: { readonly reply: FastifyReply; readonly policy: ForwardedPolicy; readonly startedMs: number }) => {
  await deps.refusalDelay.settle(late.startedMs);
  return refuse(late.reply, late.policy, { code: "INVALID_CREDENTIAL", status: 401 });
};

const refusalOf = (verdict: Refusal, { spent }: VerifyOutcome, { scopes }: ForwardedPolicy): DoorRefusal => {
  const { status } = doorAnswers[verdict];
  const headers = spent === null ? {} : rateLimitHeaders(spent);
  if (verdict !== "INSUFFICIENT_SCOPE") return { code: refusalErrors[verdict], status, headers };
  const challenge = `Bearer realm="keywright", error="insufficient_scope", scope="${scopes.join(" ").replace(/[^\x21\x23-\x5b\x5d-\x7e ]/g, "")}"`;
  return {
    code: refusalErrors[verdict],
    status,
    detail: "The key lacks a scope that this request needs.",
    headers: { ...headers, "www-authenticate": challenge },
  };
};

/** nginx reads the true status from a header, and drops its connection after a body. */
const refuse = (reply: FastifyReply, policy: ForwardedPolicy, { code, status, detail, headers }: DoorRefusal): FastifyReply => {
  const problem = problemOf(new AppError(code, detail === undefined ? {} : { detail }), reply.request.id);
  const { "content-type": type, ...shown } = problem.headers;
  reply.headers({ ...shown, ...headers, "x-keywright-status": `${status}` });
  if (policy.denyAs403) return reply.code(403).send();
  return reply.code(status).header("content-type", type).send(JSON.stringify(problem.body));
};
