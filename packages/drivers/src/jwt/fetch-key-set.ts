import type { JSONWebKeySet } from "jose";
import { fetchText } from "../node/fetch-text.ts";

/** Far more than any issuer has. */
const maxKeys = 100;
const maxBytes = 256 * 1024;

/** Reads a JSON Web Key Set; rejects with one sentence for the operator. */
export const fetchKeySet = async (url: string, deadlineMs: number): Promise<JSONWebKeySet> => {
  const place = `The token keys at ${url}`;
  const headers = { accept: "application/jwk-set+json, application/json" };
  const { status, text } = await fetchText(url, { method: "GET", headers, deadlineMs, maxBytes }).catch((error: unknown) => {
    throw new Error(`${place} are out of reach: ${error instanceof Error ? error.message : String(error)}.`, { cause: error });
  });
  if (status !== 200) throw new Error(`${place} were answered with status ${status}.`);
  const keys = parseKeys(text);
  if (keys === undefined) throw new Error(`${place} are no JSON Web Key Set.`);
  if (keys.length > maxKeys) throw new Error(`${place} are more than ${maxKeys}.`);
  return { keys };
};

const parseKeys = (text: string): JSONWebKeySet["keys"] | undefined => {
  try {
    const set: unknown = JSON.parse(text);
    if (typeof set !== "object" || set === null || !("keys" in set) || !Array.isArray(set.keys)) return undefined;
    return set.keys.every((key: unknown) => typeof key === "object" && key !== null && !Array.isArray(key)) ? set.keys : undefined;
  } catch {
    return undefined;
  }
};
