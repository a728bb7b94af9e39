import { METHODS } from "node:http";
import { bounds, doorAnswers, type ErrorCode, forwardAuth, type Refusal, refusalErrors } from "@keywright/contract";
import { AppError, type DoorInfo, invalidField, Secret, type VerifyCommand, type VerifyOutcome } from "@keywright/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Logger } from "pino";
import type { Authenticator } from "./authenticate.ts";
import type { ClientIp } from "./client-ip.ts";
import { maxCredentialLength } from "./credential.ts";
import { type ForwardedPolicy, readClientKey, readEndpoint, readPolicy } from "./forwarded-request.ts";
import { readSingle } from "./header.ts";
import { identityHeaders } from "./identity-headers.ts";
import { redactKeys } from "./key-text.ts";
import { problemOf } from "./problem.ts";
import { rateLimitHeaders } from "./rate-limit-headers.ts";
import type { RefusalDelay } from "./refusal-delay.ts";

export interface ForwardAuthDeps {
  /** Proves the gateway. */
  readonly authenticate: Authenticator;
  /** Verifies the client's key: core's `verify` for the door "api". */
  readonly verify: (command: VerifyCommand, door: DoorInfo) => Promise<VerifyOutcome>;
  readonly clientIp: ClientIp;
  readonly refusalDelay: RefusalDelay;
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

/** One gateway's question: prove the gateway, read its policy and the client's key, verify, answer. */
export const answerGateway =
  (deps: ForwardAuthDeps): GatewayAnswer =>
  async (request, reply) => {
    const startedMs = deps.refusalDelay.start();
    const { raw } = request;
    const url = raw.url ?? "";
    if (!isDoorUrl(url)) throw invalidField("", "must be addressed to the path of the door as it is documented");
    await proveGateway(deps, request);
    const policy = readPolicy(url, raw.headers);
    const key = readClientKey(raw.headers, raw.rawHeaders);
    if (key === undefined) return refuse(reply, policy, { code: "UNAUTHENTICATED", status: 401 });
    if (key === "ambiguous") return refuseLate(deps, { reply, policy, startedMs });
    const endpoint = readEndpoint({ url, method: request.method, headers: raw.headers });
    const ip = deps.clientIp.behindGateway(readSingle(raw.headers, "x-forwarded-for"));
    const outcome = await deps.verify({ key, scopes: policy.scopes, ip, endpoint, cost: 1, dryRun: false }, { requestId: request.id, userAgent: userAgentOf(raw) });
    if (outcome.verdict === "VALID") return admit(reply, outcome);
    if (doorAnswers[outcome.verdict].status === 401) return refuseLate(deps, { reply, policy, startedMs });
    return refuse(reply, policy, refusalOf(outcome.verdict, outcome, policy));
  };

/** A gateway passes on what the client calls itself. Never with a key in it, and bounded. */
const userAgentOf = ({ headers }: FastifyRequest["raw"]): string | null => {
  const text = readSingle(headers, "user-agent");
  return text === undefined || text === "" ? null : redactKeys(text.slice(0, bounds.userAgent));
};

/** Only a root key proves a gateway. Everything else is 401: to the end client it says nothing, to the operator the log does. */
const proveGateway = async ({ authenticate, clientIp, logger }: ForwardAuthDeps, request: FastifyRequest): Promise<void> => {
  const { raw, id: requestId } = request;
  const text = readSingle(raw.headers, "x-keywright-root-key");
  const peer = clientIp.of(raw.socket.remoteAddress, undefined);
  const code = await gatewayFault(authenticate, { text, peer, requestId });
  if (code === undefined) return;
  logger.warn({ request_id: requestId, ip: peer, code }, "a gateway did not prove itself by X-Keywright-Root-Key");
  throw new AppError(code === "UNAUTHENTICATED" ? code : "INVALID_CREDENTIAL", { detail: "The gateway did not prove itself by X-Keywright-Root-Key." });
};

interface GatewayProof {
  readonly text: string | undefined;
  readonly peer: string | null;
  readonly requestId: string;
}

const gatewayFault = async (authenticate: Authenticator, { text, peer, requestId }: GatewayProof): Promise<ErrorCode | undefined> => {
  if (text === undefined || text === "") return "UNAUTHENTICATED";
  if (text.length > maxCredentialLength) return "INVALID_CREDENTIAL";
  const credential = { secret: new Secret(text), permission: forwardAuth.permission, ip: peer, requestId, endpoint: forwardAuth.path };
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
