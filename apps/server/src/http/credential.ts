import type { IncomingMessage } from "node:http";
import { AppError, invalidField, Secret } from "@keywright/core";

/** Longer than any key: whoever sends this does not send a key. */
export const maxCredentialLength = 512;

/** RFC 6750 section 2.1: the scheme, then one token68. */
const bearer = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i;

/** Makes a secret of a header. */
type ReadSecret = (header: string) => Secret;

/** The caller's key, from `Authorization: Bearer` or `X-API-Key`: exactly one of them, once. */
export const readCredential = (request: Pick<IncomingMessage, "headers" | "rawHeaders">): Secret => {
  const { authorization, "x-api-key": apiKey } = request.headers;
  if (authorization !== undefined && apiKey !== undefined) throw new AppError("TWO_CREDENTIALS");
  if (countCredentials(request.rawHeaders) > 1) throw repeated(authorization === undefined ? "x-api-key" : "authorization");
  return authorization === undefined ? secretOf(apiKey) : bearerSecret(authorization);
};

/**
 * Requests of one turn of the event loop mostly come from one caller: they share its secret, and with it the digest. What is shared is forgotten at the
 * end of the turn, so that no credential's text outlives its requests.
 */
export const shareSecrets = (read: ReadSecret, atEndOfTurn: (work: () => void) => void): ReadSecret => {
  const state: { header: string | undefined; secret: Secret | undefined } = { header: undefined, secret: undefined };
  const forget = (): void => {
    state.header = undefined;
    state.secret = undefined;
  };
  return (header) => {
    if (state.secret !== undefined && state.header === header) return state.secret;
    const secret = read(header);
    if (state.secret === undefined) atEndOfTurn(forget);
    state.header = header;
    state.secret = secret;
    return secret;
  };
};

const secretOf = (text: unknown): Secret => {
  if (typeof text !== "string" || text === "") throw new AppError("UNAUTHENTICATED");
  if (text.length > maxCredentialLength) throw new AppError("INVALID_CREDENTIAL");
  return new Secret(text);
};

/** The secret of an `Authorization: Bearer`. */
export const bearerSecret: ReadSecret = (authorization) => secretOf(bearerToken(authorization));

/** Node keeps the first of several `Authorization` headers and joins several `X-API-Key`; what was sent stands in the raw headers alone. */
export const countCredentials = (rawHeaders: readonly string[]): number => {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? "";
    if (name.length === 13 && name.toLowerCase() === "authorization") count++;
    else if (name.length === 9 && name.toLowerCase() === "x-api-key") count++;
  }
  return count;
};

/** The token of a `Bearer` header; undefined for any other scheme. */
export const parseBearer = (authorization: string): string | undefined => bearer.exec(authorization)?.[1];

const bearerToken = (authorization: string): string => {
  if (authorization.length > maxCredentialLength + "Bearer ".length) throw new AppError("INVALID_CREDENTIAL");
  const token = parseBearer(authorization);
  if (token === undefined) throw invalidField("/headers/authorization", "must be `Bearer`, one space and the key");
  return token;
};

const repeated = (name: string): AppError => invalidField(`/headers/${name}`, "must be sent once");
