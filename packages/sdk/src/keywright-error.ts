import type { ErrorCode } from "./generated/api.ts";

/** Failures that no answer of Keywright describes: code → title. */
export const clientErrors = {
  INVALID_CALL: "The call cannot be sent",
  TIMED_OUT: "No answer came in time",
  UNREACHABLE: "Keywright cannot be reached",
  INVALID_REPLY: "The answer is not one of Keywright's",
  UNKNOWN_ERROR: "The server answered an error that this client does not know",
} as const;

export type ClientErrorCode = keyof typeof clientErrors;

/** A field of the request that is wrong, by JSON pointer. */
export interface FieldError {
  readonly pointer: string;
  readonly detail: string;
}

export interface KeywrightErrorFields {
  /** A union that a `switch` exhausts: what a newer server may say beyond it is UNKNOWN_ERROR. */
  readonly code: ErrorCode | ClientErrorCode;
  /** The code as the server gave it; null where it gave none. */
  readonly serverCode: string | null;
  /** HTTP status; null where no answer came. */
  readonly status: number | null;
  /** The same for every occurrence of the code. */
  readonly title: string;
  /** What is wrong with this call. */
  readonly detail: string;
  /** Finds the request in the server's log; null where no answer came. */
  readonly requestId: string | null;
  readonly errors: readonly FieldError[];
  /** Seconds until a repetition makes sense; null: not said. */
  readonly retryAfterSeconds: number | null;
}

/**
 * A call that did not succeed: the server's problem document (RFC 9457), or one of `clientErrors`. Never holds the credential,
 * and so has no `cause`: what a runtime's `fetch` throws may quote headers.
 */
export class KeywrightError extends Error implements KeywrightErrorFields {
  readonly code: KeywrightErrorFields["code"];
  readonly serverCode: string | null;
  readonly status: number | null;
  readonly title: string;
  readonly detail: string;
  readonly requestId: string | null;
  readonly errors: readonly FieldError[];
  readonly retryAfterSeconds: number | null;

  constructor(fields: KeywrightErrorFields) {
    super(`${fields.title}: ${fields.detail} (${fields.serverCode ?? fields.code})`);
    this.name = "KeywrightError";
    this.code = fields.code;
    this.serverCode = fields.serverCode;
    this.status = fields.status;
    this.title = fields.title;
    this.detail = fields.detail;
    this.requestId = fields.requestId;
    this.errors = fields.errors;
    this.retryAfterSeconds = fields.retryAfterSeconds;
  }
}

/** How a call ended, for callers who prefer a value to an exception. */
export type Outcome<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly error: KeywrightError };

/** Turns a `KeywrightError` into a value; anything else, such as the reason of a call that was ended early, still rejects. */
export const attempt = async <Value>(call: PromiseLike<Value>): Promise<Outcome<Value>> => {
  try {
    return { ok: true, value: await call };
  } catch (error) {
    if (error instanceof KeywrightError) return { ok: false, error };
    throw error;
  }
};

/** A failure of the client's own; `status` where an answer came that is not Keywright's. */
export const clientError = (code: ClientErrorCode, detail: string, status: number | null = null): KeywrightError =>
  new KeywrightError({ code, serverCode: null, status, title: clientErrors[code], detail, requestId: null, errors: [], retryAfterSeconds: null });
