import { clientError, type FieldError, KeywrightError } from "./keywright-error.ts";

/** Characters of an answer that are read at most; the largest page of any list is far below. */
const maxReplyLength = 16_777_216;

/**
 * The JSON of a success. Rejects with the problem that the answer describes, with `credential` struck out should a
 * party on the way have quoted it, or with INVALID_REPLY.
 */
export const readReply = async (response: Response, credential: string | undefined): Promise<unknown> => {
  if (response.type === "opaqueredirect" || (response.status >= 300 && response.status < 400)) {
    await response.body?.cancel();
    throw clientError("INVALID_REPLY", "The server answered with a redirect; is the base URL right?", response.status);
  }
  const text = await readText(response);
  if (response.ok) return parseReply(text, response.status);
  throw problemOf(parseObject(credential === undefined ? text : text.replaceAll(credential, "[secret]")), response);
};

const parseReply = (text: string, status: number): unknown => {
  const value = parseObject(text);
  if (value === undefined) throw clientError("INVALID_REPLY", `The server answered ${status} without a JSON object; is the base URL right?`, status);
  return value;
};

const problemOf = (body: Fields | undefined, { status, headers }: Response): KeywrightError => {
  const { code, title, detail, request_id: requestId, errors } = body ?? {};
  if (typeof code !== "string" || typeof title !== "string") {
    return clientError("INVALID_REPLY", `The server answered ${status} without a problem document; is a proxy in between?`, status);
  }
  return new KeywrightError({
    code,
    status,
    title,
    detail: typeof detail === "string" ? detail : title,
    requestId: typeof requestId === "string" ? requestId : null,
    errors: Array.isArray(errors) ? errors.filter(isFieldError) : [],
    retryAfterSeconds: readSeconds(headers.get("retry-after")),
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

const readSeconds = (header: string | null): number | null => (header !== null && /^\d{1,9}$/.test(header) ? Number(header) : null);

const parseObject = (text: string): Fields | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

const readText = async (response: Response): Promise<string> => {
  const reader = response.body?.getReader();
  if (reader === undefined) return "";
  const decoder = new TextDecoder();
  let text = "";
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    text += decoder.decode(chunk.value, { stream: true });
    if (text.length > maxReplyLength) {
      await reader.cancel();
      throw clientError("INVALID_REPLY", `The answer has more than ${maxReplyLength} characters.`, response.status);
    }
  }
  return text + decoder.decode();
};
