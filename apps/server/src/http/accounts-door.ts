import type { ErrorCode } from "@keywright/contract";
import type { Sessions } from "@keywright/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ClientIp } from "./client-ip.ts";
import { readSingle } from "./header.ts";
import { checkEncoding, parseJsonBody } from "./json-body.ts";
import type { RequireOwnOrigin } from "./own-origin.ts";
import { queryText } from "./query.ts";
import type { RefusalDelay } from "./refusal-delay.ts";
import { readCookie } from "./session-cookie.ts";

/** A call of people's accounts: a path under `/api/auth`. */
export interface AccountEndpoint {
  readonly method: "GET" | "POST";
  readonly path: string;
  /** Whether its answer must not tell an address that has an account from one that has none. */
  readonly isGuarded?: true;
  /** Whether a browser itself comes here, and is sent on. */
  readonly isNavigation?: true;
}

/** The accounts' driver, as far as HTTP goes. */
export interface AccountsDoor extends Sessions {
  readonly endpoints: readonly AccountEndpoint[];
  call(call: {
    readonly endpoint: AccountEndpoint;
    readonly fields: unknown;
    readonly cookie: string | undefined;
    readonly userAgent: string | undefined;
    readonly ip: string | null;
    readonly requestId: string;
  }): Promise<{ readonly body: object; readonly cookies: readonly string[]; readonly goTo?: string }>;
}

export interface AccountsDoorDeps {
  readonly accounts: AccountsDoor;
  readonly clientIp: ClientIp;
  readonly requireOwnOrigin: RequireOwnOrigin;
  /** Guarded answers wait for a multiple of its floor, which is longer than any of them takes. */
  readonly guardDelay: RefusalDelay;
  /** Logs an error as if it were answered, and says as which. */
  readonly logRefusal: (request: FastifyRequest, error: unknown) => { readonly code: ErrorCode };
}

export const accountsPath = "/api/auth";

export const mountAccounts = (app: FastifyInstance, deps: AccountsDoorDeps): void => {
  for (const endpoint of deps.accounts.endpoints) {
    app.route({ method: endpoint.method, url: accountsPath + endpoint.path, handler: (request, reply) => arrive(deps, endpoint, { request, reply }) });
  }
};

interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** A person whose browser was sent here reads a page of ours, and no problem; everything else does. */
const arrive = async (deps: AccountsDoorDeps, endpoint: AccountEndpoint, exchange: Exchange): Promise<FastifyReply> => {
  const { request, reply } = exchange;
  if (endpoint.isNavigation !== true || request.headers.accept?.includes("text/html") !== true) return serve(deps, endpoint, exchange);
  try {
    return await serve(deps, endpoint, exchange);
  } catch (error) {
    const { code } = deps.logRefusal(request, error);
    return reply.code(303).header("location", `${signInPage}?error=${code}&request_id=${request.id}`).send();
  }
};

/** Where the pages have people sign in. */
const signInPage = "/dashboard/sign-in";

const serve = async (deps: AccountsDoorDeps, endpoint: AccountEndpoint, { request, reply }: Exchange): Promise<FastifyReply> => {
  const { raw } = request;
  const cookie = readCookie(raw.headers);
  // A page of another site could sign its visitor in to the attacker's account. Whoever is no browser sends neither of the two.
  if (cookie !== undefined || raw.headers.origin !== undefined || raw.headers["sec-fetch-site"] !== undefined) deps.requireOwnOrigin(raw);
  const ip = deps.clientIp.of(raw.socket.remoteAddress, readSingle(raw.headers, "x-forwarded-for"));
  const call = { endpoint, fields: fieldsOf(endpoint, request), cookie, userAgent: raw.headers["user-agent"], ip, requestId: request.id };
  const { body, cookies, goTo } = await guarded(deps, endpoint, () => deps.accounts.call(call));
  if (cookies.length > 0) reply.header("set-cookie", [...cookies]);
  if (goTo !== undefined) return reply.code(303).header("location", goTo).send();
  return reply.type("application/json; charset=utf-8").send(JSON.stringify(body));
};

const fieldsOf = ({ method }: AccountEndpoint, { raw, body }: FastifyRequest): unknown => {
  if (method === "GET") return Object.fromEntries(new URLSearchParams(queryText(raw.url ?? "")));
  checkEncoding(raw.headers);
  return parseJsonBody(Buffer.isBuffer(body) ? body : undefined);
};

/** One time for every refusal of a sign-in; and one for whatever a mail may follow, which answers the same to all. */
const guarded = async <T>({ guardDelay }: AccountsDoorDeps, { isGuarded, path }: AccountEndpoint, work: () => Promise<T>): Promise<T> => {
  if (isGuarded !== true) return work();
  const startedMs = guardDelay.start();
  const [outcome] = await Promise.allSettled([work()]);
  if (outcome.status === "rejected" || path !== "/sign-in/email") await guardDelay.settle(startedMs);
  if (outcome.status === "rejected") throw outcome.reason;
  return outcome.value;
};
