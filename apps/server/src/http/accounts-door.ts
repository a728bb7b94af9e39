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
  }): Promise<{ readonly body: object; readonly cookies: readonly string[] }>;
}

export interface AccountsDoorDeps {
  readonly accounts: AccountsDoor;
  readonly clientIp: ClientIp;
  readonly requireOwnOrigin: RequireOwnOrigin;
  /** Guarded answers wait for a multiple of its floor, which is longer than any of them takes. */
  readonly guardDelay: RefusalDelay;
}

export const accountsPath = "/api/auth";

export const mountAccounts = (app: FastifyInstance, deps: AccountsDoorDeps): void => {
  for (const endpoint of deps.accounts.endpoints) {
    app.route({ method: endpoint.method, url: accountsPath + endpoint.path, handler: (request, reply) => serve(deps, endpoint, { request, reply }) });
  }
};

interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

const serve = async (deps: AccountsDoorDeps, endpoint: AccountEndpoint, { request, reply }: Exchange): Promise<FastifyReply> => {
  const { raw } = request;
  const cookie = readCookie(raw.headers);
  // A page of another site could sign its visitor in to the attacker's account. Whoever is no browser sends neither of the two.
  if (cookie !== undefined || raw.headers.origin !== undefined || raw.headers["sec-fetch-site"] !== undefined) deps.requireOwnOrigin(raw);
  const ip = deps.clientIp.of(raw.socket.remoteAddress, readSingle(raw.headers, "x-forwarded-for"));
  const call = { endpoint, fields: fieldsOf(endpoint, request), cookie, userAgent: raw.headers["user-agent"], ip };
  const { body, cookies } = await guarded(deps, endpoint, () => deps.accounts.call(call));
  if (cookies.length > 0) reply.header("set-cookie", [...cookies]);
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
