import type { ErrorCode } from "./generated/api.ts";
import { knownErrors } from "./generated/rows.ts";
import { clientError, type FieldError, KeywrightError } from "./keywright-error.ts";
import type { WireReply } from "./transport/transport.ts";

/**
 * Reads an answer of Keywright, also of a path that is not in the table of endpoints, such as those under `/api/auth`: the JSON of a success, or its text. Throws
 * the problem that the answer describes, with `credential` struck out should a party on the way have quoted it, or INVALID_REPLY.
 */
export const readReply = (reply: WireReply, credential: string | undefined, isText = false): unknown => {
  const { status, text } = reply;
  if (status >= 300 && status < 400) throw clientError("INVALID_REPLY", "The server answered with a redirect; is the base URL right?", status);
  if (status >= 200 && status < 300) return isText ? text : parseReply(text, status);
  throw problemOf(parseObject(credential === undefined ? text : text.replaceAll(credential, "[secret]")), reply);
};

const parseReply = (text: string, status: number): unknown => {
  const value = parseObject(text);
  if (value === undefined) throw clientError("INVALID_REPLY", `The server answered ${status} without a JSON object; is the base URL right?`, status);
  return value;
};

const problemOf = (body: Fields | undefined, { status, retryAfter }: WireReply): KeywrightError => {
  const { code, title, detail, request_id: requestId, errors } = body ?? {};
  if (typeof code !== "string" || typeof title !== "string") {
    return clientError("INVALID_REPLY", `The server answered ${status} without a problem document; is a proxy in between?`, status);
  }
  return new KeywrightError({
    ...(isKnown(code) ? { code, serverCode: code } : { code: "UNKNOWN_ERROR", serverCode: code }),
    status,
    title,
    detail: typeof detail === "string" ? detail : title,
    requestId: typeof requestId === "string" ? requestId : null,
    errors: Array.isArray(errors) ? errors.filter(isFieldError) : [],
    retryAfterSeconds: readSeconds(retryAfter),
  });
};

type Fields = Readonly<{ [Name in "code" | "title" | "detail" | "request_id" | "errors"]?: unknown }>;

const isFieldError = (value: unknown): value is FieldError =>
  typeof value === "object" &&
  value !== null &&
  "pointer" in value &&
  typeof value.pointer === "string" &&
  "detail" in value &&
  typeof value.detail === "string";

const isKnown = (code: string): code is ErrorCode => knownErrors.split(" ").includes(code);

const readSeconds = (header: string | null): number | null => (header !== null && /^\d{1,9}$/.test(header) ? Number(header) : null);

const parseObject = (text: string): Fields | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
};
