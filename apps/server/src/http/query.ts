import { AppError, type FieldError } from "@keywright/core";
import { faultOfText } from "./json-body.ts";
import { carriesKey } from "./key-text.ts";
import { stepTo } from "./pointer.ts";

/** Parameters that are read at most; no call has as many. */
const maxParameters = 50;
const credentialNames: ReadonlySet<string> = new Set(["key", "api_key", "apikey", "api-key", "x-api-key", "token", "access_token", "authorization"]);

export interface Query {
  readonly values: Readonly<Record<string, string>>;
  readonly faults: readonly FieldError[];
}

const none: Query = { values: {}, faults: [] };

/** The part of a URL behind its `?`; undefined where there is none. */
export const queryText = (url: string): string | undefined => {
  const at = url.indexOf("?");
  return at < 0 ? undefined : url.slice(at + 1);
};

/** Reads a query string: each parameter once, in valid UTF-8. A credential in it is refused whatever else it holds. */
export const parseQuery = (text: string | undefined): Query => {
  if (text === undefined || text === "") return none;
  const values: Record<string, string> = Object.create(null);
  const faults: FieldError[] = [];
  const pairs = text.split("&").filter((pair) => pair !== "");
  if (pairs.length > maxParameters) return { values, faults: [{ pointer: "", detail: `must have at most ${maxParameters} query parameters` }] };
  for (const pair of pairs) {
    const { name, value, fault } = readPair(pair);
    refuseCredential(name, value);
    const pointer = stepTo("", name);
    if (fault !== undefined) faults.push({ pointer, detail: fault });
    else if (name in values) faults.push({ pointer, detail: "must be given once" });
    else values[name] = value;
  }
  return { values, faults };
};

const refuseCredential = (name: string, value: string): void => {
  if (credentialNames.has(name.toLowerCase()) || carriesKey(value) || carriesKey(name)) throw new AppError("CREDENTIAL_IN_QUERY");
};

interface Pair {
  readonly name: string;
  readonly value: string;
  readonly fault: string | undefined;
}

const readPair = (pair: string): Pair => {
  const at = pair.indexOf("=");
  const rawName = at < 0 ? pair : pair.slice(0, at);
  const rawValue = at < 0 ? "" : pair.slice(at + 1);
  const name = decode(rawName);
  const value = decode(rawValue);
  if (name === undefined || value === undefined) return { name: name ?? rawName, value: value ?? rawValue, fault: "must be percent-encoded UTF-8" };
  return { name, value, fault: faultOfText(value) ?? faultOfText(name) };
};

const decode = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined;
  }
};
