import { Writable } from "node:stream";
import { type EndpointId, endpointIds, endpoints } from "@keywright/contract";
import { AppError, type Authenticated, CredentialRefused, type KeyRecord, type Spent, type VerifyCommand, type VerifyOutcome } from "@keywright/core";
import type { FastifyInstance } from "fastify";
import { type AppDeps, createApp } from "../app.ts";
import { exampleOf } from "../docs/example-value.ts";
import { createEventStreams } from "../http/event-streams.ts";
import type { FieldSchema } from "../http/field-words.ts";
import type { Handlers } from "../http/route.ts";
import { createEndpointMeters } from "../telemetry/endpoint-meters.ts";
import { createLogger } from "../telemetry/logger.ts";
import { addresses } from "./addresses.ts";

/** Keys of the right shape; their checksums are nobody's business here. */
export const rootKey = `pm_root_${"R".repeat(32)}`;
export const apiKey = `pm_live_${"A".repeat(32)}`;
export const otherKey = `pm_live_${"B".repeat(32)}`;

export const spentOf = (overrides: Partial<Spent> = {}): Spent => ({
  state: "DONE",
  outcome: "VALID",
  key: { limit: 10, windowSeconds: 1, remaining: 9, resetSeconds: 1, retrySeconds: 0 },
  pool: { limit: 300, windowSeconds: 60, remaining: 280, resetSeconds: 4, retrySeconds: 0 },
  quota: null,
  ...overrides,
});

const caller = { ip: "127.0.0.1", requestId: "req_test", tenantId: null, memberId: null };
const accepted: Readonly<Record<string, Authenticated>> = {
  [rootKey]: { actor: { ...caller, type: "root_key", id: "key_root", scopes: ["*"] }, spent: null },
  [apiKey]: { actor: { ...caller, type: "api_key", id: "key_api", tenantId: "ten_1", scopes: ["admin"] }, spent: spentOf() },
};

/** Accepts the two keys above, the second as an API key with budgets. */
export const stubAuthenticator: AppDeps["authenticator"] = async ({ secret }) => {
  const found = accepted[secret.reveal()];
  if (found === undefined) throw new CredentialRefused("INVALID_CREDENTIAL", null);
  return found;
};

/** Every handler answers the example of its first reply. */
export const stubHandlers = (overrides: Partial<Handlers> = {}): Handlers => {
  const entries = endpointIds.map((id) => [id, async () => exampleReply(id)] as const);
  return { ...(Object.fromEntries(entries) as unknown as Handlers), ...overrides };
};

export const exampleReply = (id: EndpointId) => {
  const [status, schema] = Object.entries(endpoints[id].replies)[0] ?? ["200", {}];
  return { status: Number(status), body: exampleOf(schema as FieldSchema) };
};

export const recordOf = (key: Partial<KeyRecord> = {}): KeyRecord => ({
  id: "key_01F8MECHZX3TBDSZ7XRADM",
  tenant: { id: "ten_01F8MECHZX3TBDSZ7XRADM", status: "active", pool: { limit: 300, windowSeconds: 60 }, revision: 1 },
  ownerId: null,
  name: "Mailer",
  environment: "live",
  scopes: ["send_email", "read_analytics"],
  state: "active",
  rateLimit: null,
  monthlyQuota: null,
  metadata: {},
  expiresAtMs: null,
  unproved: null,
  revision: 1,
  allows: null,
  isUsed: false,
  ...key,
});

export const validOutcome = (): VerifyOutcome => ({ verdict: "VALID", record: recordOf(), spent: spentOf(), expiresAtMs: null });

/** A log that remembers its lines. */
const createLog = () => {
  const lines: string[] = [];
  const destination = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(String(chunk));
      done();
    },
  });
  return { lines, logger: createLogger({ level: "trace", destination }) };
};

export interface StubApp {
  readonly app: FastifyInstance;
  /** The log's lines so far. */
  readonly lines: readonly string[];
  /** Milliseconds for which refusals were held back. */
  readonly slept: readonly number[];
  /** Instants that answers were held back to, by a clock that stands at 0. */
  readonly reached: readonly number[];
}

const allTheLongWay: AppDeps["verifyAtOnce"] & AppDeps["verifyAllAtOnce"] = (_caller, asked, tell) => {
  for (const place of asked.keys()) tell(place, undefined);
};

type VerifyBehind = (...asked: [Parameters<AppDeps["verifyEachBehind"]>[0], VerifyCommand]) => Promise<VerifyOutcome | undefined> | undefined;

/** Each by itself. undefined, or a promise of it: it has to go the long way. */
export const eachBehind =
  (verify: VerifyBehind): AppDeps["verifyEachBehind"] =>
  (caller, commands, tell) => {
    for (const [place, command] of commands.entries()) {
      const promised = verify(caller, command);
      if (promised === undefined) tell(place, undefined);
      else
        void promised.then(
          (outcome) => tell(place, outcome),
          (error: unknown) => tell(place, Promise.reject(error)),
        );
    }
  };

/** The HTTP layer with nothing behind it: no engine, no clock of its own, no waiting. */
export const createStubApp = (overrides: Partial<AppDeps> = {}): StubApp => {
  const { lines, logger } = createLog();
  const slept: number[] = [];
  const reached: number[] = [];
  const app = createApp({
    version: "0.0.0",
    handlers: stubHandlers(),
    authenticator: stubAuthenticator,
    verify: async () => validOutcome(),
    note: () => {},
    verifyAtOnce: allTheLongWay,
    verifyAllAtOnce: allTheLongWay,
    verifyEachBehind: eachBehind(() => undefined),
    accounts: { endpoints: [], call: () => Promise.reject(new Error("There are no accounts here.")), find: async () => undefined },
    authorizePerson: () => Promise.reject(new AppError("PERMISSION_DENIED")),
    whoLeaves: () => {
      throw new AppError("LINK_NOT_VALID");
    },
    leaveReminders: () => Promise.reject(new AppError("LINK_NOT_VALID")),
    embedOrigins: [],
    publicUrl: undefined,
    readiness: async () => ({ ready: true, checks: { store: "ok" } }),
    isManagementEnabled: async () => true,
    streams: createEventStreams({ feed: { watch: () => () => {} }, timer: { nowMs: () => 0 } }),
    verdictStreams: createEventStreams({ feed: { watch: () => () => {} }, timer: { nowMs: () => 0 } }),
    pagesFolder: "/nowhere",
    guidesFolder: "/nowhere",
    meters: createEndpointMeters(),
    renderMetrics: async () => "",
    addresses,
    trustedProxies: [],
    clock: { nowMs: () => 1_700_000_000_000 },
    random: { bytes: (count) => new Uint8Array(count).fill(7) },
    timer: {
      nowMs: () => 0,
      sleep: async (ms) => {
        slept.push(ms);
      },
      reach: async (ms) => {
        reached.push(ms);
      },
    },
    logger,
    ...overrides,
  });
  return { app, lines, slept, reached };
};
