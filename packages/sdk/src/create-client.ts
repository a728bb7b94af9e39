import type { CallOptions, Client } from "./call-types.ts";
import { type ClientOptions, type Connection, openConnection } from "./connection.ts";
import { type Deadline, startDeadline } from "./deadline.ts";
import type { Methods, Verification } from "./generated/api.ts";
import { clientError, KeywrightError } from "./keywright-error.ts";
import { createMethods, type PlainCall } from "./methods.ts";
import { type PlainRequest, type PreparedCall, prepareCall } from "./prepare-call.ts";
import { readLines } from "./read-lines.ts";
import { readReply } from "./read-reply.ts";
import { pause, pauseBefore } from "./retry.ts";
import { createBatcher, type VerifyRequest } from "./verify-batch.ts";

/** A client with a method for every endpoint. */
export interface Keywright extends Client, Methods {
  /**
   * Verifies a key: `code` is the verdict. What several callers ask in one turn of the event loop goes out as one request. Never sent again:
   * a verification that was lost may have been charged.
   */
  verify(request: VerifyRequest, options?: CallOptions): Promise<Verification>;
  /** Lets go of connections that are kept for the next call. */
  close(): void;
}

/** A client of one server under one credential, or under the session of the browser that it runs in. Throws `KeywrightError` INVALID_CALL for options that cannot be used. */
export const createClient = (options: ClientOptions): Keywright => {
  const connection = openConnection(options);
  // The table proves the types that `Client` declares, row by row; the compiler cannot follow that through the look-up.
  const plainCall: PlainCall = (id, request = {}) => callEndpoint(connection, id, request);
  const call = plainCall as Client["call"];
  return {
    ...createMethods(plainCall),
    call,
    verify: createBatcher({
      one: (body) => call("verify-key", { body }),
      many: async (requests) => (await call("verify-keys", { body: { requests } })).data,
      endOfTurn,
    }),
    close: () => connection.transport.close(),
  } satisfies Keywright;
};

/** Requests that a server reads in one turn of its event loop are verified together; only Node-like runtimes know where a turn ends. */
const endOfTurn = (flush: () => void): void => {
  if (typeof globalThis.setImmediate === "function") globalThis.setImmediate(flush);
  else setTimeout(flush, 0);
};

const callEndpoint = async (connection: Connection, id: string, request: PlainRequest): Promise<unknown> => {
  const call = prepareCall(connection, id, request);
  const deadline = startDeadline(connection.timeoutMs, request.signal);
  try {
    return await exchange(connection, call, { deadline, signal: request.signal });
  } catch (error) {
    if (error instanceof KeywrightError) throw error;
    if (request.signal?.aborted && !deadline.isOver()) throw request.signal.reason;
    throw failureOf(connection, call, { error, isLate: deadline.isOver() });
  } finally {
    deadline.end();
  }
};

/** Sends the call, and again where that changes nothing and its time allows it. */
const exchange = async (connection: Connection, call: PreparedCall, { deadline, signal: outer }: Limits): Promise<unknown> => {
  const { signal } = deadline;
  for (let sent = 1; ; sent++) {
    try {
      return await send(connection, call, { signal, outer });
    } catch (error) {
      const pauseMs = call.isRepeatable && sent <= connection.retries && !signal.aborted ? pauseBefore(sent, error) : undefined;
      if (pauseMs === undefined || !deadline.allows(pauseMs)) throw error;
      await pause(pauseMs, signal);
    }
  }
};

interface Signals {
  readonly signal: AbortSignal;
  /** The caller's own. */
  readonly outer: AbortSignal | undefined;
}

const send = async ({ transport, credential, timeoutMs }: Connection, call: PreparedCall, { signal, outer }: Signals): Promise<unknown> => {
  if (!call.isStream) return readReply(await transport.send({ ...call.wire, signal }), credential, call.isText);
  const reply = await transport.open(call.wire, signal);
  return "text" in reply ? readReply(reply, credential) : readLines(reply, { timeoutMs, signal: outer });
};

interface Limits {
  readonly deadline: Deadline;
  /** The caller's own. */
  readonly signal: AbortSignal | undefined;
}

interface Failure {
  readonly error: unknown;
  readonly isLate: boolean;
}

/** No connection came about: the call cannot have taken effect. */
const unconnected: ReadonlySet<string> = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "UND_ERR_CONNECT_TIMEOUT"]);

const failureOf = ({ base, timeoutMs }: Connection, { name, isRead }: PreparedCall, { error, isLate }: Failure): KeywrightError => {
  const unknownEffect = isRead ? "" : " Whether it took effect is not known.";
  if (isLate) return clientError("TIMED_OUT", `${name} was not answered within ${timeoutMs} ms.${unknownEffect}`);
  const reason = reasonOf(error);
  const effect = reason !== undefined && unconnected.has(reason) ? "" : unknownEffect;
  return clientError("UNREACHABLE", `The connection to ${base} failed${reason === undefined ? "" : ` (${reason})`}.${effect}`);
};

/** The system's or runtime's name for what went wrong, such as ECONNREFUSED. Nothing else of the error: it may quote the request. */
const reasonOf = (error: unknown): string | undefined => {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code = typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined;
  return typeof code === "string" && /^[A-Z][A-Z0-9_]{1,39}$/.test(code) ? code : undefined;
};
