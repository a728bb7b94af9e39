import type { Readable } from "node:stream";
import { type Endpoint, type EndpointId, endpointIds, endpoints } from "@keywright/contract";
import type { Static, TSchema } from "@keywright/contract/validation";
import type { Actor } from "@keywright/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Logger } from "pino";
import type { Authenticator } from "./authenticate.ts";
import type { ClientIp } from "./client-ip.ts";
import type { EmbedAuthenticator } from "./embed-token.ts";
import type { FieldSchema } from "./field-words.ts";
import { readSingle } from "./header.ts";
import { type IsManagementEnabled, requireManagement } from "./management-flag.ts";
import { namedTenant } from "./named-tenant.ts";
import { callerOf, type OutsiderAuthenticator } from "./outside-token.ts";
import { identify, type People } from "./people.ts";
import { parseQuery, type Query, queryText } from "./query.ts";
import { rateLimitHeaders } from "./rate-limit-headers.ts";
import { compileWriter } from "./reply-writer.ts";
import { createReader, type Parts, type Readable as ReadableRequest } from "./request-reader.ts";
import { readSessionCookie } from "./session-cookie.ts";
import type { StreamRoom } from "./stream-room.ts";

type Row<Id extends EndpointId> = (typeof endpoints)[Id];
type Part<Id extends EndpointId, Name extends string> = Row<Id> extends { readonly [N in Name]: infer Schema extends TSchema } ? Static<Schema> : undefined;

/** A request that has been authenticated and whose parts satisfy the row's schemas; a part that the row does not have is undefined. */
export interface HandlerRequest<Id extends EndpointId> {
  readonly params: Part<Id, "params">;
  readonly query: Part<Id, "query">;
  readonly body: Part<Id, "body">;
  readonly actor: Actor;
  readonly ifMatch: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly requestId: string;
  readonly ip: string | null;
}

/** An answer that is longer than memory should hold; its headers say of which type it is. */
interface StreamReply {
  readonly status: number;
  readonly stream: Readable;
  readonly headers: Readonly<Record<string, string>>;
}

/** One of the row's replies. Fields that its schema does not declare never reach the wire. */
export type HandlerReply<Id extends EndpointId> = (Row<Id> extends { readonly streams: readonly string[] } ? StreamReply : never) | PlainReply<Id>;

type PlainReply<Id extends EndpointId> = {
  [Status in keyof Row<Id>["replies"]]: {
    readonly status: Status;
    readonly body: Row<Id>["replies"][Status] extends TSchema ? Static<Row<Id>["replies"][Status]> : never;
    readonly headers?: Readonly<Record<string, string>>;
  };
}[keyof Row<Id>["replies"]];

export type Handler<Id extends EndpointId> = (request: HandlerRequest<Id>) => Promise<HandlerReply<Id>>;

/** One handler an endpoint; a row of the table without one does not compile. */
export type Handlers = { readonly [Id in EndpointId]: Handler<Id> };

export interface RouteDeps {
  readonly handlers: Handlers;
  readonly authenticate: Authenticator;
  readonly authenticateOutsider?: OutsiderAuthenticator;
  readonly authenticateEmbedded?: EmbedAuthenticator;
  /** Who may call by a session. */
  readonly people: People;
  readonly clientIp: ClientIp;
  readonly isManagementEnabled: IsManagementEnabled;
  /** For the answers that are streamed. */
  readonly streamRoom: StreamRoom;
  readonly logger: Logger;
}

interface UntypedReply {
  readonly status: number;
  readonly body?: unknown;
  readonly stream?: Readable;
  readonly headers?: Readonly<Record<string, string>>;
}
type UntypedRequest = Record<keyof Omit<HandlerRequest<EndpointId>, "actor">, unknown> & { readonly actor: Actor };
type UntypedHandler = (request: UntypedRequest) => Promise<UntypedReply>;

/** Mounts every row of the table. */
export const mountEndpoints = (app: FastifyInstance, deps: RouteDeps): void => {
  for (const id of endpointIds) {
    const row: Endpoint = endpoints[id];
    app.route({ method: row.method, url: routePath(row.path), schema: { response: row.replies }, serializerCompiler, handler: serve(deps, id, row) });
  }
};

const serializerCompiler = ({ schema }: { readonly schema: unknown }) => compileWriter(schema as FieldSchema);

/** `{key_id}` of the table as Fastify's `:key_id`. */
const routePath = (path: string): string => path.replace(/\{(\w+)\}/g, ":$1");

/** Fastify's end of an exchange. */
const serve = (deps: RouteDeps, id: EndpointId, row: Endpoint) => {
  const exchange = createExchange(deps, id, row);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const headers: Record<string, string> = {};
    try {
      const { status, body, stream } = await exchange(request, headers);
      reply.code(status);
      return stream ?? body;
    } finally {
      reply.headers(headers);
    }
  };
};

/** A request as it has come: with its body's bytes, and the id that it was given. */
export type Asked = ReadableRequest & Pick<FastifyRequest, "id">;

interface Caller {
  readonly actor: Actor;
  readonly requestId: string;
  readonly ip: string | null;
}

interface Visit {
  readonly cookie: string;
  readonly asked: Query;
}

/** One request from its credential to its answer, in order. `headers` is filled on the way, so that an error's answer has them too. */
export type Exchange = (request: Asked, headers: Record<string, string>) => Promise<Pick<UntypedReply, "status" | "body" | "stream">>;

export const createExchange = (deps: RouteDeps, id: EndpointId, row: Endpoint): Exchange => {
  const handle = handlerOf(deps, id, row);
  const read = createReader(row);
  const isManagement = row.tag !== "Verification";
  // Whether management is on is among what a person is told of themselves.
  const isSwitched = isManagement && row.tag !== "Account";
  const endpoint = endpointLabel(row);
  // Verification is for keys alone.
  const authenticateBy = isManagement ? callerOf(deps) : callerOf({ authenticate: deps.authenticate });
  const answer = async (parts: Parts, { actor, requestId, ip }: Caller, headers: Record<string, string>): Promise<UntypedReply> => {
    if (isSwitched) await requireManagement(deps.isManagementEnabled, actor, parts);
    const { params, query, body, ifMatch, idempotencyKey } = parts;
    // Spelt out: spreading the parts costs more than all the rest of this function.
    const answered = await handle({ params, query, body, ifMatch, idempotencyKey, actor, requestId, ip });
    if (isManagement) logChange(deps.logger, requestId, { actor, status: answered.status, row });
    if (answered.headers !== undefined) Object.assign(headers, answered.headers);
    return answered;
  };
  /** What a person may do depends on the tenant that the request is about, so it is read first. */
  const personal = async (request: Asked, headers: Record<string, string>, { cookie, asked }: Visit): Promise<UntypedReply> => {
    const { raw, id: requestId } = request;
    const signedIn = await identify(deps.people, raw, { cookie, look: { admitsOneTimePassword: row.permission === "account:read" } });
    const ip = deps.clientIp.of(raw.socket.remoteAddress, readSingle(raw.headers, "x-forwarded-for"));
    const parts = read(request, asked);
    // A call that names a resource alone, by someone who is in several tenants, names the tenant in a header.
    const tenantId = namedTenant(parts) ?? readSingle(raw.headers, "x-keywright-tenant");
    const { actor } = await deps.people.authorize({ signedIn, tenantId, permission: row.permission, ip, requestId });
    return answer(parts, { actor, requestId, ip }, headers);
  };
  return async (request, headers) => {
    const { raw, id: requestId } = request;
    const asked = parseQuery(queryText(raw.url ?? ""));
    const cookie = isManagement ? readSessionCookie(raw.headers) : undefined;
    if (cookie !== undefined) return personal(request, headers, { cookie, asked });
    const ip = deps.clientIp.of(raw.socket.remoteAddress, readSingle(raw.headers, "x-forwarded-for"));
    const { actor, spent } = await authenticateBy(raw, { permission: row.permission, ip, requestId, endpoint });
    // Every answer to an API key says what is left, also one that refuses the request itself.
    if (spent !== null) Object.assign(headers, rateLimitHeaders(spent));
    return answer(read(request, asked), { actor, requestId, ip }, headers);
  };
};

/** The row's schemas prove the types that a handler declares, row by row; the compiler cannot follow that through the table. */
const handlerOf = ({ handlers, streamRoom }: RouteDeps, id: EndpointId, row: Endpoint): UntypedHandler => {
  const handle = handlers[id] as unknown as UntypedHandler;
  return row.streams === undefined ? handle : (request) => streamRoom.admit(request.actor, () => handle(request));
};

/** The label under which calls of an endpoint are counted. */
export const endpointLabel = ({ method, path }: Endpoint): string => `${method} ${path}`;

interface Done {
  readonly actor: Actor;
  readonly status: number;
  readonly row: Endpoint;
}

const logChange = (logger: Logger, requestId: string, { actor, status, row }: Done): void => {
  const level = row.method === "GET" ? "debug" : "info";
  logger[level]({ request_id: requestId, method: row.method, path: row.path, status, actor: actor.id }, "request served");
};
