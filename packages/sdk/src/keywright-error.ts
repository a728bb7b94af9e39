import type { ErrorCode } from "@keywright/contract";

/** Failures that no answer of Keywright describes: code → title. */
export const clientErrors = {
  INVALID_CALL: "The call cannot be sent",
  TIMED_OUT: "No answer came in time",
  UNREACHABLE: "Keywright cannot be reached",
  INVALID_REPLY: "The answer is not one of Keywright's",
} as const;

export type ClientErrorCode = keyof typeof clientErrors;

/** A newer server may know codes that this client does not. */
type UnknownCode = string & Record<never, never>;

/** A field of the request that is wrong, by JSON pointer. */
export interface FieldError {
  readonly pointer: string;
  readonly detail: string;
}

export interface KeywrightErrorFields {
  readonly code: ErrorCode | ClientErrorCode | UnknownCode;
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
  readonly status: number | null;
  readonly title: string;
  readonly detail: string;
  readonly requestId: string | null;
  readonly errors: readonly FieldError[];
  readonly retryAfterSeconds: number | null;

  constructor(fields: KeywrightErrorFields) {
    super(`${fields.title}: ${fields.detail} (${fields.code})`);
    this.name = "KeywrightError";
    this.code = fields.code;
    this.status = fields.status;
    this.title = fields.title;
    this.detail = fields.detail;
    this.requestId = fields.requestId;
    this.errors = fields.errors;
    this.retryAfterSeconds = fields.retryAfterSeconds;
  }
}

/** A failure of the client's own; `status` where an answer came that is not Keywright's. */
export const clientError = (code: ClientErrorCode, detail: string, status: number | null = null): KeywrightError =>
  new KeywrightError({ code, status, title: clientErrors[code], detail, requestId: null, errors: [], retryAfterSeconds: null });
