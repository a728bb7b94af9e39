import type { Connection } from "./connection.ts";
import { type Row, rows } from "./generated/rows.ts";
import { clientError } from "./keywright-error.ts";
import type { WireRequest } from "./transport/transport.ts";

/** A call's request, whatever its endpoint. */
export interface PlainRequest {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly idempotencyKey?: string;
  readonly ifMatch?: string;
  readonly signal?: AbortSignal;
}

/** A call as it goes over the wire. */
export interface PreparedCall {
  readonly wire: Omit<WireRequest, "signal">;
  /** `GET /path/{of_the_table}`: for error texts, which show no ids. */
  readonly name: string;
  readonly isRead: boolean;
  /** Whether the answer is text of some kind, such as CSV. */
  readonly isText: boolean;
  /** Whether a repetition changes nothing. */
  readonly isRepeatable: boolean;
  /** Whether the answer is lines without an end in sight. */
  readonly isStream: boolean;
}

/** Makes the request of a call from its row of the table. Throws `KeywrightError` INVALID_CALL for what cannot be sent. */
export const prepareCall = (connection: Connection, id: string, request: PlainRequest): PreparedCall => {
  const [method, path, takes] = findRow(id);
  const isRead = method === "GET";
  return {
    wire: {
      url: `${connection.base}${fillPath(path, request.params ?? {})}${toSearch(request.query ?? {})}`,
      method,
      headers: toHeaders(connection, request),
      body: request.body === undefined ? undefined : toJson(request.body),
      // A credential that was given stands alone: beside it, a browser's cookie would be a second one.
      credentials: connection.credential === undefined ? "same-origin" : "omit",
    },
    name: `${method} ${path}`,
    isRead,
    isText: takes.includes("t"),
    isStream: takes.includes("l"),
    isRepeatable: isRead || (takes.includes("i") && request.idempotencyKey !== undefined),
  };
};

const findRow = (id: string): Row => {
  const row = Object.hasOwn(rows, id) ? rows[id] : undefined;
  if (row === undefined) throw clientError("INVALID_CALL", `There is no endpoint ${JSON.stringify(id)}.`);
  return row;
};

const fillPath = (path: string, params: Readonly<Record<string, unknown>>): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => toSegment(name, params[name]));

const toSegment = (name: string, value: unknown): string => {
  // A segment of dots, also an encoded one, climbs: it would reach another endpoint.
  if (typeof value !== "string" || value === "" || /^\.{1,2}$/.test(value) || /\p{Surrogate}/u.test(value)) {
    throw clientError("INVALID_CALL", `params.${name} must be an id.`);
  }
  return encodeURIComponent(value);
};

const toSearch = (query: Readonly<Record<string, unknown>>): string => {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return search === "" ? "" : `?${search}`;
};

const toJson = (body: unknown): string => {
  try {
    return JSON.stringify(body);
  } catch {
    throw clientError("INVALID_CALL", "The body cannot be written as JSON.");
  }
};

const toHeaders = ({ credential }: Connection, { body, idempotencyKey, ifMatch }: PlainRequest): Record<string, string> => {
  const headers: Record<string, string> = { accept: "application/json, application/problem+json" };
  if (credential !== undefined) headers["authorization"] = `Bearer ${credential}`;
  if (body !== undefined) headers["content-type"] = "application/json";
  setHeader(headers, "idempotency-key", idempotencyKey);
  setHeader(headers, "if-match", ifMatch);
  return headers;
};

const setHeader = (headers: Record<string, string>, name: string, value: string | undefined): void => {
  if (value === undefined) return;
  if (!/^[\x20-\x7e]+$/.test(value)) throw clientError("INVALID_CALL", `${name} must be printable ASCII characters.`);
  headers[name] = value;
};
