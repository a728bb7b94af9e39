import type { IncomingHttpHeaders } from "node:http";
import { bounds, forwardAuth } from "@keywright/contract";
import { type FieldError, Secret, shareValues } from "@keywright/core";
import { countCredentials, maxCredentialLength, parseBearer } from "./credential.ts";
import { readSingle } from "./header.ts";
import { carriesKey, redactKeys } from "./key-text.ts";
import { parseQuery, queryText } from "./query.ts";
import { refuseFaults } from "./refuse-faults.ts";

/** What a gateway asks of the door, apart from the client's key. */
export interface ForwardedPolicy {
  /** Scopes that the client's key must have, all of them. */
  readonly scopes: readonly string[];
  /** Every refusal as 403: nginx turns other statuses than 401 and 403 into 500. */
  readonly denyAs403: boolean;
}

const maxScopeLength = 64;
const knownParameters: readonly string[] = ["scopes", "deny"];

/** Whether the URL goes beyond the door's own path: then the rest of it, with its query, is the client's and no policy. */
const suffixOf = (url: string): string => {
  const end = url.indexOf("?", forwardAuth.path.length);
  return end < 0 ? url.slice(forwardAuth.path.length) : url.slice(forwardAuth.path.length, end);
};

/** Policies that are kept, and the longest texts that they are kept by. */
const kept = { policies: 64, characters: 1_024 } as const;

/**
 * Reads policies as `readPolicy` does, and keeps those that come again and again: a gateway asks the same of every request. A refused one is never kept, and so no
 * text with a key in it.
 */
export const createPolicyReader = (): typeof readPolicy => {
  const policies = new Map<string, ForwardedPolicy>();
  return (url, headers) => {
    const scopes = readSingle(headers, "x-keywright-scopes");
    // No URL and no header has a line's end in it.
    const text = scopes === undefined ? url : `${url}\n${scopes}`;
    const known = policies.get(text);
    if (known !== undefined) return known;
    const policy = readPolicy(url, headers);
    if (!isLasting(url, text)) return policy;
    if (policies.size >= kept.policies) policies.clear();
    policies.set(text, policy);
    return policy;
  };
};

/** Behind a suffix the URL is the client's, and may hold anything. */
const isLasting = (url: string, text: string): boolean => suffixOf(url) === "" && text.length <= kept.characters && !carriesKey(text);

/** The policy from `X-Keywright-Scopes` and, where the URL is the gateway's own, `?scopes=` and `?deny=403`: together, never one instead of the other. */
export const readPolicy = (url: string, headers: IncomingHttpHeaders): ForwardedPolicy => {
  // A slash at the end may be the gateway's own or begin a client's path: its scopes are taken in either case, for they can only ask for more.
  const suffix = suffixOf(url);
  const { values, faults } = suffix === "" ? parseQuery(queryText(url)) : { values: suffix === "/" ? onlyScopes(url) : {}, faults: [] };
  const scopes = [...splitScopes(readSingle(headers, "x-keywright-scopes")), ...splitScopes(values["scopes"])];
  refuseFaults([...faults, ...policyFaults(values, scopes)]);
  return { scopes, denyAs403: values["deny"] === "403" };
};

const onlyScopes = (url: string): Readonly<Record<string, string>> => {
  const scopes = new URLSearchParams(queryText(url)).getAll("scopes").join(",");
  return scopes === "" ? {} : { scopes };
};

/** A misspelt policy must not become a weaker one, so it is refused. */
const policyFaults = (values: Readonly<Record<string, string>>, scopes: readonly string[]): FieldError[] => {
  const unknown = Object.keys(values).filter((name) => !knownParameters.includes(name));
  const faults = unknown.map((name) => ({ pointer: `/${name.slice(0, maxScopeLength)}`, detail: "is not known here; known are scopes, deny" }));
  if (values["scopes"] !== undefined && splitScopes(values["scopes"]).length === 0)
    faults.push({ pointer: "/scopes", detail: "must name a scope: an empty policy would let every key pass" });
  if (values["deny"] !== undefined && values["deny"] !== "403") faults.push({ pointer: "/deny", detail: "must be 403" });
  if (scopes.length > bounds.scopes) faults.push({ pointer: "/scopes", detail: `must have at most ${bounds.scopes} entries` });
  if (scopes.some((scope) => scope.length > maxScopeLength)) faults.push({ pointer: "/scopes", detail: `must have at most ${maxScopeLength} characters each` });
  return faults;
};

const splitScopes = (text: string | undefined): string[] => (text === undefined ? [] : text.split(/[\s,]+/).filter((scope) => scope !== ""));

/** The client's key; undefined: none was sent; "ambiguous": several that differ, one header twice, or one that no key could be. */
export const readClientKey = (headers: IncomingHttpHeaders, rawHeaders: readonly string[]): Secret | undefined | "ambiguous" => {
  const { authorization } = headers;
  const apiKey = readSingle(headers, "x-api-key");
  const text = authorization === undefined ? apiKey : bearerOf(authorization);
  // One key in both headers is one key.
  const isTwice = authorization !== undefined && apiKey !== undefined && text === apiKey;
  if (countCredentials(rawHeaders) > (isTwice ? 2 : 1)) return "ambiguous";
  if (text === undefined || text === "") return undefined;
  return text.length > maxCredentialLength ? "ambiguous" : new Secret(text);
};

/** Another scheme than Bearer is not meant for Keywright: the client sent no key. */
const bearerOf = (authorization: string): string | undefined =>
  /^Bearer(?: |$)/i.test(authorization) ? (parseBearer(authorization) ?? authorization.slice("Bearer ".length)) : undefined;

/** The label under which the client's request is counted: method and path as the gateway tells them, without query, bounded, never with a key in it. */
export const readEndpoint = (request: { readonly url: string; readonly method: string; readonly headers: IncomingHttpHeaders }): string => {
  const { url, headers } = request;
  const suffix = suffixOf(url);
  const uri =
    suffix === "" ? (readSingle(headers, "x-forwarded-uri") ?? readSingle(headers, "x-original-uri") ?? readSingle(headers, "x-original-url")) : suffix;
  const method = readSingle(headers, "x-forwarded-method") ?? readSingle(headers, "x-original-method") ?? (suffix === "" ? undefined : request.method);
  const path = uri === undefined ? unnamed : labelOf(pathOnly(uri));
  return method !== undefined && /^[A-Z]{1,16}$/.test(method) && path !== unnamed ? `${method} ${path}` : path;
};

/** Labels that are kept. */
const maxLabels = 1_024;

/**
 * Reads labels as `readEndpoint` does, and says one that comes again with the same text in memory as before: whoever counts by labels then tells that it is the
 * same without reading two texts, one of which has not been looked at for long.
 */
export const createEndpointReader = (): typeof readEndpoint => {
  const share = shareValues<string>(maxLabels);
  return (request) => {
    const label = readEndpoint(request);
    return share(label, label);
  };
};

/** Label of a request of which the gateway tells no path. */
const unnamed = "-";

const pathOnly = (uri: string): string => {
  // Some gateways forward the whole URL.
  const path = uri.startsWith("/") ? uri : uri.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, "");
  const end = path.search(/[?#]/);
  return end < 0 ? path : path.slice(0, end);
};

const labelOf = (path: string): string => {
  const printable = redactKeys(path.replace(/[^\x21-\x7e]/g, "_")).slice(0, bounds.endpoint);
  return printable === "" ? "/" : printable;
};
