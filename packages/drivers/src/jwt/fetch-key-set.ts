import type { JSONWebKeySet } from "jose";

/** Far more than any issuer has. */
const maxKeys = 100;
const maxBytes = 256 * 1024;

/** Reads a JSON Web Key Set; rejects with one sentence for the operator. */
export const fetchKeySet = async (url: string, deadlineMs: number): Promise<JSONWebKeySet> => {
  const place = `The token keys at ${url}`;
  const { status, text } = await get(url, deadlineMs).catch((error: unknown) => {
    throw new Error(`${place} are out of reach: ${describe(error, deadlineMs)}.`, { cause: error });
  });
  if (status !== 200) throw new Error(`${place} were answered with status ${status}.`);
  const keys = parseKeys(text);
  if (keys === undefined) throw new Error(`${place} are no JSON Web Key Set.`);
  if (keys.length > maxKeys) throw new Error(`${place} are more than ${maxKeys}.`);
  return { keys };
};

const get = async (url: string, deadlineMs: number): Promise<{ readonly status: number; readonly text: string }> => {
  // Keys come from where the operator said, and from nowhere else.
  const init = { headers: { accept: "application/jwk-set+json, application/json" }, redirect: "error", signal: AbortSignal.timeout(deadlineMs) } as const;
  const response = await fetch(url, init);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new Error(`more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return { status: response.status, text: Buffer.concat(chunks).toString("utf8") };
};

/** `fetch` says why it failed in its error's cause. */
const describe = (error: unknown, deadlineMs: number): string => {
  if (!(error instanceof Error)) return "for no known reason";
  if (error.name === "TimeoutError") return `no answer within ${deadlineMs} ms`;
  const cause = error.cause instanceof Error ? error.cause : error;
  return "code" in cause ? String(cause.code) : cause.message;
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
