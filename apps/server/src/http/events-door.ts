import type { ServerResponse } from "node:http";
import { type Endpoint, events, verdictEvents } from "@keywright/contract";
import { type Actor, AppError, tenantOf } from "@keywright/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Authenticator } from "./authenticate.ts";
import type { ClientIp } from "./client-ip.ts";
import type { EmbedAuthenticator } from "./embed-token.ts";
import type { EventStreams, StreamSink } from "./event-streams.ts";
import { readSingle } from "./header.ts";
import { type IsManagementEnabled, requireManagement } from "./management-flag.ts";
import { callerOf, type OutsiderAuthenticator } from "./outside-token.ts";
import { identify, type People } from "./people.ts";
import { parseQuery, queryText } from "./query.ts";
import { createReader } from "./request-reader.ts";
import { readSessionCookie } from "./session-cookie.ts";

export interface EventsDoorDeps {
  readonly authenticate: Authenticator;
  readonly authenticateOutsider?: OutsiderAuthenticator;
  readonly authenticateEmbedded?: EmbedAuthenticator;
  readonly people: People;
  readonly clientIp: ClientIp;
  readonly isManagementEnabled: IsManagementEnabled;
  readonly streams: EventStreams;
  readonly verdictStreams: EventStreams;
}

interface Door extends Pick<Endpoint, "path" | "permission"> {
  readonly streams: EventStreams;
  readonly read: ReturnType<typeof createReader>;
  /** Whether an operator may read it of all tenants at once. */
  readonly isForAll: boolean;
}

const row = { method: "GET", tag: "API keys", doc: "", replies: {}, errors: [] } as const;
const readEvents = createReader({ ...row, ...events });
const readVerdicts = createReader({ ...row, ...verdictEvents });

/** The streams of what happens: who reads one is asked when it opens, and again and again while it is open. */
export const mountEvents = (app: FastifyInstance, deps: EventsDoorDeps): void => {
  const doors: readonly Door[] = [
    { ...events, streams: deps.streams, read: readEvents, isForAll: true },
    { ...verdictEvents, streams: deps.verdictStreams, read: readVerdicts, isForAll: false },
  ];
  for (const door of doors)
    app.route({ method: "GET", url: door.path, exposeHeadRoute: false, handler: (request, reply) => serve({ ...deps, door }, request, reply) });
};

interface ServeDeps extends EventsDoorDeps {
  readonly door: Door;
}

const serve = async (deps: ServeDeps, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
  const { streams, read } = deps.door;
  const parts = read(request, parseQuery(queryText(request.raw.url ?? "")));
  const { tenant_id: tenantId, key_id: keyId } = parts.query as { readonly tenant_id?: string; readonly key_id?: string };
  const visit = { request, tenantId };
  const watched = await whatOf(deps, visit, await actorOf(deps, visit, false));
  streams.requireRoom(watched);
  reply.hijack();
  reply.raw.writeHead(200, headersOf(request));
  streams.open({
    tenantId: watched,
    ...(keyId !== undefined && { keyId }),
    isResumed: request.headers["last-event-id"] !== undefined,
    stillMay: async () => {
      if ((await whatOf(deps, visit, await actorOf(deps, visit, true))) !== watched) throw new AppError("PERMISSION_DENIED");
    },
    sink: sinkOf(reply.raw),
  });
  return reply;
};

interface Visit {
  readonly request: FastifyRequest;
  /** The tenant that is named; undefined: none. */
  readonly tenantId: string | undefined;
}

/** Who reads, and may they still? An open page is no use of its session: it ends as if nobody looked. */
const actorOf = async (deps: ServeDeps, { request, tenantId }: Visit, isAskedAgain: boolean): Promise<Actor> => {
  const { raw, id: requestId } = request;
  const ip = deps.clientIp.of(raw.socket.remoteAddress, readSingle(raw.headers, "x-forwarded-for"));
  const asked = { permission: deps.door.permission, ip, requestId };
  const cookie = readSessionCookie(raw.headers);
  if (cookie === undefined) return (await callerOf(deps)(raw, { ...asked, endpoint: `GET ${deps.door.path}`, isAskedAgain })).actor;
  const signedIn = await identify(deps.people, raw, { cookie, look: { isUse: false } });
  return (await deps.people.authorize({ ...asked, signedIn, tenantId })).actor;
};

/** The tenant whose events the actor reads; null: an operator who names none reads those of all. */
const whatOf = async ({ isManagementEnabled, door }: ServeDeps, { tenantId: named }: Visit, actor: Actor): Promise<string | null> => {
  const tenantId = actor.tenantId === null && named === undefined && door.isForAll ? null : tenantOf(actor, named);
  await requireManagement(isManagementEnabled, actor, { params: undefined, query: { tenant_id: named }, body: undefined });
  return tenantId;
};

const headersOf = ({ id }: FastifyRequest) => ({
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "x-request-id": id,
  // nginx would keep events back until its buffer is full.
  "x-accel-buffering": "no",
});

const sinkOf = (response: ServerResponse): StreamSink => ({
  write: (text) => void response.write(text),
  backlog: () => response.writableLength,
  end: () => void response.end(),
  destroy: () => void response.destroy(),
  onClose: (listener) => void response.once("close", listener),
});
