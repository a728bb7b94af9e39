import { FlagNotFoundError, GeneralError, InvalidContextError, type Provider, type ResolutionDetails } from "@openfeature/server-sdk";
import { type FetchedText, fetchText } from "../node/fetch-text.ts";
import { parseObject } from "../node/parse-object.ts";
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

const ask = (url: URL, body: object, deadlineMs: number): Promise<FetchedText> => {
  const headers = { "content-type": "application/json" };
  return fetchText(url, { method: "POST", headers, body: JSON.stringify(body), deadlineMs, maxBytes: maxAnswerBytes }).catch((error: unknown) => {
    throw new GeneralError(`The flag server at ${url.origin} is out of reach: ${error instanceof Error ? error.message : String(error)}.`, { cause: error });
  });
};

const readReply = ({ status, text }: FetchedText, fallback: boolean): ResolutionDetails<boolean> => {
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
