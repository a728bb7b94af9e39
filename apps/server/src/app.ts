import { type RequestListener, type ServerResponse, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import helmet from "@fastify/helmet";
import { events, introspection, metrics, verdictEvents } from "@keywright/contract";
import { type Addresses, AppError, type Clock, type Random } from "@keywright/core";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Logger } from "pino";
import { docsPaths, mountDocs } from "./docs/mount-docs.ts";
import { type AccountsDoor, accountsPath, mountAccounts } from "./http/accounts-door.ts";
import { type Authenticator, createAuthenticate } from "./http/authenticate.ts";
import { createClientIp } from "./http/client-ip.ts";
import type { CredentialGuard } from "./http/credential-guard.ts";
import type { EmbedAuthenticator } from "./http/embed-token.ts";
import type { EventStreams } from "./http/event-streams.ts";
import { mountEvents } from "./http/events-door.ts";
import { answerGateway, type ForwardAuthDeps, mountForwardAuth } from "./http/forward-auth.ts";
import { createForwardAuthLane } from "./http/forward-auth-lane.ts";
import { createGatewayDoor, type GatewayDoorDeps, isDoorUrl, type VerifyEachBehind } from "./http/gateway-door.ts";
import { healthPath, mountHealth, type Readiness, readyPath } from "./http/health.ts";
import { mountIntrospection } from "./http/introspect.ts";
import { type LeaveDeps, leavePath, mountLeave } from "./http/leave-door.ts";
import type { IsManagementEnabled } from "./http/management-flag.ts";
import { mountMetrics } from "./http/metrics-door.ts";
import { createNotFound } from "./http/not-found.ts";
import type { OutsiderAuthenticator } from "./http/outside-token.ts";
import { createRequireOwnOrigin } from "./http/own-origin.ts";
import type { People } from "./http/people.ts";
import { problemOf } from "./http/problem.ts";
import { createRefusalDelay, type Timer } from "./http/refusal-delay.ts";
import { createRequestIds } from "./http/request-id.ts";
import { type Handlers, mountEndpoints } from "./http/route.ts";
import { logAsProblem, sendProblem } from "./http/send-problem.ts";
import { createStreamRoom, type roomBounds } from "./http/stream-room.ts";
import { createVerifyLane, type VerifyAtOnce } from "./http/verify-lane.ts";
import { WholeRequest } from "./http/whole-request.ts";
import { embedPathsOf } from "./pages/mount-embed.ts";
import { mountPages, pagesPaths } from "./pages/mount-pages.ts";
import { type EndpointMeters, unmatched } from "./telemetry/endpoint-meters.ts";
import { measureRoutes } from "./telemetry/measure-routes.ts";
import { traceRoutes } from "./telemetry/trace-routes.ts";
import type { Tracing } from "./telemetry/tracing.ts";

export interface AppDeps extends LeaveDeps {
  readonly version: string;
  readonly handlers: Handlers;
  /** Core's `authenticate` with its engine. */
  readonly authenticator: Authenticator;
  /** Absent: nobody is slowed down or blocked. */
  readonly credentialGuard?: CredentialGuard;
  /** Core's `authorizeOutsider` with its engine; absent: tokens of other systems are not taken. */
  readonly authenticateOutsider?: OutsiderAuthenticator;
  /** Core's `authorizeEmbedded` with its engine; absent: embed sessions are not taken. */
  readonly authenticateEmbedded?: EmbedAuthenticator;
  /** Origins of pages that may show the pages of keys inside themselves. */
  readonly embedOrigins: readonly string[];
  /** Core's `verify` with its engine, for the door "api". */
  readonly verify: GatewayDoorDeps["verify"];
  readonly note: GatewayDoorDeps["note"];
  readonly verifyAtOnce: VerifyAtOnce;
  readonly verifyAllAtOnce: VerifyAtOnce<"verify-keys">;
  readonly verifyEachBehind: VerifyEachBehind;
  /** People's accounts and sessions. */
  readonly accounts: AccountsDoor;
  /** Core's `authorizePerson` with its engine. */
  readonly authorizePerson: People["authorize"];
  /** Where people reach the server; undefined: by whatever host they ask for. */
  readonly publicUrl: string | undefined;
  readonly readiness: () => Promise<Readiness>;
  readonly isManagementEnabled: IsManagementEnabled;
  readonly streams: EventStreams;
  readonly verdictStreams: EventStreams;
  /** How many answers are streamed at once; `roomBounds` where left out. */
  readonly roomBounds?: typeof roomBounds;
  /** Where the built pages are. */
  readonly pagesFolder: string;
  /** Where the guides are, laid out as in the repository. */
  readonly guidesFolder: string;
  readonly addresses: Pick<Addresses, "parseAddress" | "matcher">;
  /** Canonical CIDR ranges. */
  readonly trustedProxies: readonly string[];
  readonly clock: Clock;
  readonly random: Pick<Random, "bytes">;
  readonly timer: Timer;
  /** When a refusal that tells nothing is answered at the earliest; 10 ms where left out. */
  readonly refusalFloorMs?: number;
  /** Of what multiple the time is that a refused sign-in takes; 500 ms where left out. */
  readonly guardFloorMs?: number;
  readonly meters: EndpointMeters;
  readonly renderMetrics: () => Promise<string>;
  /** undefined: nothing is traced. */
  readonly tracing?: Tracing | undefined;
  readonly logger: Logger;
}

/** Several times what a password's hash takes. */
const guardFloorMs = 500;

/** A body's largest size, in bytes. */
const maxBodyBytes = 256 * 1024;

const limits = {
  bodyLimit: maxBodyBytes,
  /** Until a whole request has arrived. */
  requestTimeout: 30_000,
  /** Longer than the minute that load balancers keep theirs, so that it is never we who close under a request. */
  keepAliveTimeout: 72_000,
  http: { headersTimeout: 10_000, maxHeaderSize: 16_384, IncomingMessage: WholeRequest },
} as const;
const maxConnections = 16_384;
const maxParamLength = 200;

/** The server without its port: middleware in order, then the table mounted. */
export const createApp = (deps: AppDeps): FastifyInstance => {
  const { addresses, trustedProxies, timer, logger, refusalFloorMs } = deps;
  const clientIp = createClientIp({ addresses, trustedProxies });
  const refusalDelay = createRefusalDelay({ timer, ...(refusalFloorMs !== undefined && { floorMs: refusalFloorMs }) });
  const authenticate = createAuthenticate({
    authenticator: deps.authenticator,
    refusalDelay,
    ...(deps.credentialGuard && { guard: deps.credentialGuard }),
  });
  const atDoor = { authenticate, note: deps.note, verify: deps.verify, verifyEachBehind: deps.verifyEachBehind, clientIp, refusalDelay, logger };
  const gateways = { door: createGatewayDoor(atDoor), meter: deps.meters.of("forward-auth") };
  const app = createServer(deps, gateways);
  measureRoutes(app, deps.meters);
  if (deps.tracing !== undefined) traceRoutes(app, deps.tracing);

  app.addHook("onRequest", (request, reply, done) => {
    stamp(request, reply);
    done();
  });
  app.removeAllContentTypeParsers();
  // The bytes as they came: they are read after the caller is known.
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, bytes, done) => done(null, bytes));
  app.setErrorHandler((error, request, reply) => sendProblem(logger, { request, reply }, error));
  mountNotFound(app, deps);

  const { authenticateOutsider: outsider, authenticateEmbedded: embedded } = deps;
  const outsiders = {
    ...(outsider && { authenticateOutsider: createAuthenticate({ authenticator: outsider, refusalDelay }) }),
    ...(embedded && { authenticateEmbedded: createAuthenticate({ authenticator: embedded, refusalDelay }) }),
  };
  const requireOwnOrigin = createRequireOwnOrigin(deps);
  const people = { sessions: deps.accounts, authorize: deps.authorizePerson, requireOwnOrigin };
  const streamRoom = createStreamRoom({ timer, ...(deps.roomBounds && { bounds: deps.roomBounds }) });
  mountEndpoints(app, { ...deps, ...outsiders, authenticate, people, clientIp, streamRoom });
  mountEvents(app, { ...deps, ...outsiders, authenticate, people, clientIp });
  mountAccounts(app, {
    accounts: deps.accounts,
    clientIp,
    requireOwnOrigin,
    guardDelay: createRefusalDelay({ timer, floorMs: deps.guardFloorMs ?? guardFloorMs, isExact: true }),
    logRefusal: (request, error) => logAsProblem(logger, request, error),
  });
  mountForwardAuth(app, gateways);
  mountIntrospection(app, atDoor);
  mountMetrics(app, { ...deps, authenticate, clientIp });
  mountLanes(app, { ...deps, ...gateways, authenticate, people, clientIp, streamRoom, newRequestId: createRequestIds(deps) });
  void app.register(async (pages) => {
    await pages.register(helmet, { contentSecurityPolicy: { useDefaults: false, directives: closedPolicy } });
    mountHealth(pages, deps.readiness);
    mountLeave(pages, { ...deps, clientIp });
    mountDocs(pages, deps);
    mountPages(pages, deps);
  });
  return app;
};

/** What is no endpoint is counted as such, whatever was asked for. */
const mountNotFound = (app: FastifyInstance, deps: AppDeps): void => {
  const pages = [metrics.path, leavePath, healthPath, readyPath, events.path, verdictEvents.path, ...docsPaths, ...pagesPaths, ...embedPathsOf(deps)];
  const pagePaths = pages.map((path) => ({ method: "GET", path }));
  const accountPaths = deps.accounts.endpoints.map(({ method, path }) => ({ method, path: accountsPath + path }));
  const notFound = createNotFound([...pagePaths, ...accountPaths, { method: "POST", path: introspection.path }, { method: "POST", path: leavePath }]);
  const strays = deps.meters.of(unmatched);
  app.setNotFoundHandler((request, reply) => {
    strays.done(404, 0);
    return notFound(request, reply);
  });
};

type LanesDeps = Parameters<typeof createVerifyLane>[0] & Parameters<typeof createForwardAuthLane>[0] & Pick<AppDeps, "verifyAtOnce" | "verifyAllAtOnce">;

/** The lanes see each request first, until the server closes: then the common way tells its client that the connection ends. */
const mountLanes = (app: FastifyInstance, deps: Omit<LanesDeps, "isClosing">): void => {
  const state = { isClosing: false };
  app.addHook("preClose", async () => {
    state.isClosing = true;
  });
  const isClosing = (): boolean => state.isClosing;
  const verifyLane = createVerifyLane({ ...deps, isClosing }, "verify-key", deps.verifyAtOnce);
  const batchLane = createVerifyLane({ ...deps, isClosing }, "verify-keys", deps.verifyAllAtOnce);
  const doorLane = createForwardAuthLane({ ...deps, isClosing });
  const others = app.server.listeners("request") as RequestListener[];
  app.server.removeAllListeners("request");
  app.server.on("request", (request: WholeRequest, response: ServerResponse) => {
    if (verifyLane(request, response) || batchLane(request, response) || doorLane(request, response)) return;
    for (const listener of others) listener(request, response);
  });
};

/** For whatever is no page. Pages that need more say so themselves. */
const closedPolicy = { "default-src": ["'none'"], "frame-ancestors": ["'none'"] };

const createServer = ({ clock, random, logger }: AppDeps, gateways: ForwardAuthDeps): FastifyInstance => {
  const askDoor = answerGateway(gateways);
  const app = Fastify({
    ...limits,
    genReqId: createRequestIds({ clock, random }),
    // A request that is already here when the server stops is finished; new connections are not taken.
    return503OnClosing: false,
    forceCloseConnections: "idle",
    routerOptions: { maxParamLength, querystringParser: () => ({}) },
    // A URL that the router cannot decode never reaches a route; behind the gateway's door it is the client's, and no reason to fail.
    frameworkErrors: (error, request, reply) => {
      stamp(request, reply);
      if (isDoorUrl(request.raw.url ?? "")) askDoor(request, reply).catch((failure: unknown) => sendProblem(logger, { request, reply }, failure));
      else sendProblem(logger, { request, reply }, error);
    },
    clientErrorHandler: (error, socket) => answerBrokenRequest(error, socket),
  });
  app.server.maxConnections = maxConnections;
  return app;
};

/** Headers of every answer. Nothing of an API belongs into a cache, and no body is to be taken for another type than it says. */
const stamp = (request: FastifyRequest, reply: FastifyReply): void => {
  reply.header("x-request-id", request.id).header("cache-control", "no-store").header("x-content-type-options", "nosniff");
};

/** What Node could not parse as a request, or waited for in vain: there is no request to answer, only a socket. */
const answerBrokenRequest = (error: Error & { code?: string }, socket: Socket): void => {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, body, headers } = problemOf(new AppError("INVALID_REQUEST", { detail: "This is no HTTP request, or it came too slowly." }), "none");
  const text = JSON.stringify(body);
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, "connection: close", `content-length: ${Buffer.byteLength(text)}`];
  socket.end([...lines, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), "", text].join("\r\n"));
};
