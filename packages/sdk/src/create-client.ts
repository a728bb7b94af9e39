import type { Client } from "./call-types.ts";
import { type ClientOptions, type Connection, openConnection } from "./connection.ts";
import { type Deadline, startDeadline } from "./deadline.ts";
import { clientError, KeywrightError } from "./keywright-error.ts";
import { type PlainRequest, type PreparedCall, prepareCall } from "./prepare-call.ts";
import { readLines } from "./read-lines.ts";
import { readReply } from "./read-reply.ts";

/** A client of one server under one credential, or under the session of the browser that it runs in. Throws `KeywrightError` INVALID_CALL for options that cannot be used. */
export const createClient = (options: ClientOptions): Client => {
  const connection = openConnection(options);
  // The table proves the types that `Client` declares, row by row; the compiler cannot follow that through the look-up.
  const call = (id: string, request: PlainRequest = {}): Promise<unknown> => callEndpoint(connection, id, request);
  return { call: call as Client["call"] } satisfies Client;
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

/** Sends the call; once more where the connection was lost and a repetition changes nothing. */
const exchange = async (connection: Connection, call: PreparedCall, { deadline: { signal }, signal: outer }: Limits): Promise<unknown> => {
  const send = async (): Promise<unknown> => {
    const response = await connection.fetch(call.url, { ...call.init, signal });
    if (call.isStream && response.status === 200) return readLines(response, { timeoutMs: connection.timeoutMs, signal: outer });
    return readReply(response, connection.credential);
  };
  try {
    return await send();
  } catch (error) {
    if (error instanceof KeywrightError || signal.aborted || !call.isRepeatable) throw error;
    return send();
  }
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
