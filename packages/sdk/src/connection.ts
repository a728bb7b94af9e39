import { createTransport } from "#transport";
import { clientError } from "./keywright-error.ts";
import { fetchTransport } from "./transport/fetch-transport.ts";
import type { Transport } from "./transport/transport.ts";

export interface ClientOptions {
  /** Where the server is, such as `https://keys.example.com`; a path before `/api` is kept. */
  readonly baseUrl: string;
  /** A root key, or an API key with a platform scope. Without it a page of the server's own sends its session cookie. */
  readonly credential?: string;
  /** Milliseconds for one call, from its start to the end of its answer. Default 10,000. */
  readonly timeoutMs?: number;
  /** How often a call is sent again at most, where its repetition changes nothing. Default 2. */
  readonly retries?: number;
  /** Default: the runtime's own; on Node its `node:http` with connections that are kept. */
  readonly fetch?: typeof globalThis.fetch;
}

/** Options that have been checked. */
export interface Connection {
  /** Without a slash at its end. */
  readonly base: string;
  /** undefined: the browser's session cookie, if there is one. */
  readonly credential: string | undefined;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly transport: Transport;
}

const defaultTimeoutMs = 10_000;
const defaultRetries = 2;
const maxRetries = 10;

/** Timers of a longer delay fire at once. */
const maxTimeoutMs = 2_147_483_647;

/** RFC 6750 section 2.1, token68: anything else would be quoted by the error of the runtime's header check. */
const token = /^[A-Za-z0-9._~+/-]+=*$/;
const maxCredentialLength = 512;

/** Checks the options. Throws `KeywrightError` INVALID_CALL, which never quotes the credential or an address that may hold one. */
export const openConnection = ({ baseUrl, credential, timeoutMs = defaultTimeoutMs, retries = defaultRetries, fetch }: ClientOptions): Connection => {
  if (credential !== undefined && (!token.test(credential) || credential.length > maxCredentialLength)) {
    throw clientError("INVALID_CALL", "The credential must be a root key or an API key, without spaces or line breaks.");
  }
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > maxTimeoutMs) {
    throw clientError("INVALID_CALL", `timeoutMs must be a whole number from 1 to ${maxTimeoutMs}.`);
  }
  if (!Number.isInteger(retries) || retries < 0 || retries > maxRetries) {
    throw clientError("INVALID_CALL", `retries must be a whole number from 0 to ${maxRetries}.`);
  }
  const base = readBase(baseUrl);
  return { base, credential, timeoutMs, retries, transport: fetch === undefined ? createTransport(base) : fetchTransport(fetch) };
};

const readBase = (baseUrl: string): string => {
  const url = parseUrl(baseUrl);
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw clientError("INVALID_CALL", "The base URL must be an address such as http://127.0.0.1:4747.");
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw clientError("INVALID_CALL", "The base URL must have no user, password, query or fragment.");
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
};

const parseUrl = (text: string): URL | undefined => {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
};
