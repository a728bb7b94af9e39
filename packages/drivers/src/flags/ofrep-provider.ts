import { FlagNotFoundError, GeneralError, InvalidContextError, type Provider, type ResolutionDetails } from "@openfeature/server-sdk";
import { createBooleanProvider } from "./boolean-provider.ts";

interface OfrepOptions {
  /** The server's address, without OFREP's path. */
  readonly url: string;
  readonly deadlineMs: number;
}

/** Larger than any answer on one flag. */
const maxAnswerBytes = 64 * 1024;

/** One flag at a time from flagd, or any other server of the OpenFeature Remote Evaluation Protocol 0.2: `POST /ofrep/v1/evaluate/flags/{key}`. */
export const createOfrepProvider = ({ url, deadlineMs }: OfrepOptions): Provider => {
  const base = url.endsWith("/") ? url : `${url}/`;
  return createBooleanProvider("keywright OFREP", async (flag, fallback, context) => {
    const reply = await ask(new URL(`ofrep/v1/evaluate/flags/${encodeURIComponent(flag)}`, base), { context }, deadlineMs);
    return readReply(reply, fallback);
  });
};

interface Reply {
  readonly status: number;
  readonly text: string;
}

const ask = async (url: URL, body: object, deadlineMs: number): Promise<Reply> => {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      // Flags come from where the operator said, and from nowhere else.
      redirect: "error",
      signal: AbortSignal.timeout(deadlineMs),
    });
    return { status: response.status, text: await readAll(response.body) };
  } catch (error) {
    throw new GeneralError(`The flag server at ${url.origin} is out of reach: ${describe(error, deadlineMs)}.`, { cause: error });
  }
};

/** `fetch` says why it failed in its error's cause. */
const describe = (error: unknown, deadlineMs: number): string => {
  if (!(error instanceof Error)) return "for no known reason";
  if (error.name === "TimeoutError") return `no answer within ${deadlineMs} ms`;
  const cause = error.cause instanceof Error ? error.cause : error;
  return "code" in cause ? String(cause.code) : cause.message;
};

const readAll = async (body: ReadableStream<Uint8Array> | null): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) throw new Error(`it answered with more than ${maxAnswerBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
};

const readReply = ({ status, text }: Reply, fallback: boolean): ResolutionDetails<boolean> => {
  if (status === 404) throw new FlagNotFoundError("The flag server does not know the flag.");
  if (status === 400) throw new InvalidContextError("The flag server cannot evaluate the flag for this tenant.");
  if (status !== 200) throw new GeneralError(`The flag server answered with status ${status}.`);
  const answer = parseObject(text);
  if (answer === undefined) throw new GeneralError("The flag server's answer is not JSON as OFREP has it.");
  const value = answer["value"];
  // A flag that is switched off at the server, or has no default there, comes without a value.
  if (value === undefined || value === null) return { value: fallback, reason: "DEFAULT" };
  if (typeof value !== "boolean") throw new GeneralError("The flag server's answer is neither true nor false.");
  return { value, reason: String(answer["reason"] ?? "UNKNOWN") };
};

const parseObject = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
};
