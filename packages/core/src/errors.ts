import type { ErrorCode } from "@keywright/contract";

/** A field of the request that is wrong, by JSON pointer into its part. */
export interface FieldError {
  readonly pointer: string;
  readonly detail: string;
}

interface AppErrorOptions {
  /** Public: what is wrong with this request. Never holds a credential or an internal. */
  readonly detail?: string;
  readonly fields?: readonly FieldError[];
  /** Private: for the log. */
  readonly cause?: unknown;
}

/** An expected failure, answered as the catalogue's problem for its code. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly detail: string | undefined;
  readonly fields: readonly FieldError[];

  constructor(code: ErrorCode, options: AppErrorOptions = {}) {
    super(options.detail ?? code, { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.detail = options.detail;
    this.fields = options.fields ?? [];
  }
}

/** Somebody has tried too often to get in; they are told when to come back. */
export class TooManyAttempts extends AppError {
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number, options: AppErrorOptions = {}) {
    super("TOO_MANY_ATTEMPTS", options);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export type PortName = "store" | "ledger" | "secret-store" | "secret-hash" | "mailer" | "outside-tokens";

/** An engine that is out of reach, overloaded or late: answered as 503. */
export class Unavailable extends Error {
  readonly port: PortName;
  /** It answers, and has no room left for what is written. */
  readonly isFull: boolean;

  constructor(port: PortName, cause?: unknown, isFull = false) {
    super(isFull ? `${port} is full: make room on its disk` : `${port} is unavailable`, { cause });
    this.name = "Unavailable";
    this.port = port;
    this.isFull = isFull;
  }
}

/** A bad field of the request. */
export const invalidField = (pointer: string, detail: string): AppError =>
  new AppError("INVALID_REQUEST", { detail: `${pointer}: ${detail}`, fields: [{ pointer, detail }] });

/** A field that names something which is not there for the caller, whether it is another tenant's or nobody's: both are answered alike. */
export const notThere = (pointer: string, detail: string): AppError =>
  new AppError("NOT_FOUND", { detail: `${pointer}: ${detail}`, fields: [{ pointer, detail }] });
