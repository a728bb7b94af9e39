import { type ErrorCode, errors } from "@keywright/contract";
import { AppError, CredentialRefused, type FieldError, TooManyAttempts, Unavailable } from "@keywright/core";
import { rateLimitHeaders } from "./rate-limit-headers.ts";

/** An error as it leaves: RFC 9457 problem details with their status and headers. */
export interface Problem {
  readonly code: ErrorCode;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ProblemBody;
}

export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: ErrorCode;
  readonly request_id: string;
  readonly errors?: readonly FieldError[];
}

const problemType = "application/problem+json; charset=utf-8";
const realm = 'Bearer realm="keywright"';

/** RFC 6750 section 3.1. Where no credential came, the challenge has no error code (section 3). */
const challenges: Readonly<Partial<Record<ErrorCode, string>>> = {
  UNAUTHENTICATED: realm,
  SIGN_IN_REFUSED: realm,
  SSO_REFUSED: realm,
  CODE_NOT_VALID: realm,
  INVALID_CREDENTIAL: `${realm}, error="invalid_token"`,
  PERMISSION_DENIED: `${realm}, error="insufficient_scope"`,
  TWO_CREDENTIALS: `${realm}, error="invalid_request"`,
  CREDENTIAL_IN_QUERY: `${realm}, error="invalid_request"`,
};

/** How soon a caller may try again that was refused without a time of its own, in seconds. */
const retryAfter: Readonly<Partial<Record<ErrorCode, string>>> = { UNAVAILABLE: "2", SSO_UNAVAILABLE: "5", RATE_LIMITED: "1" };

/** What Fastify finds wrong before a route runs, where there is more to say of it than that the request is not valid. */
const transportCodes: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: "BODY_TOO_LARGE",
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "UNSUPPORTED_MEDIA_TYPE",
};

interface Cause {
  readonly code: ErrorCode;
  readonly detail?: string | undefined;
  readonly fields?: readonly FieldError[];
}

/** The ONE door out for errors: a look-up in the catalogue. Whatever is not expected becomes INTERNAL, and says nothing. */
export const problemOf = (error: unknown, requestId: string): Problem => {
  const { code, detail, fields = [] } = causeOf(error);
  const { status, title, doc } = errors[code];
  const body = {
    type: `/docs/errors#${code}`,
    title,
    status,
    detail: detail ?? doc,
    instance: `urn:keywright:request:${requestId}`,
    code,
    request_id: requestId,
    ...(fields.length > 0 && { errors: fields }),
  };
  return { code, status, headers: headersOf(code, error), body };
};

/** The status that an error is answered with. */
export const statusOf = (error: unknown): number => errors[causeOf(error).code].status;

const causeOf = (error: unknown): Cause => {
  if (error instanceof AppError) return error;
  if (error instanceof Unavailable) return { code: "UNAVAILABLE" };
  return { code: transportCode(error) ?? "INTERNAL" };
};

/** Fastify's own errors, and a client that hangs up in the middle of its body: the request's fault, as their status says. */
const transportCode = (error: unknown): ErrorCode | undefined => {
  if (!(error instanceof Error && "code" in error && "statusCode" in error)) return undefined;
  const code = String(error.code);
  const status = Number(error.statusCode);
  if (!(code.startsWith("FST_ERR_") || code === "ECONNRESET") || status < 400 || status >= 500) return undefined;
  return transportCodes[code] ?? "INVALID_REQUEST";
};

const headersOf = (code: ErrorCode, error: unknown): Record<string, string> => {
  const challenge = challenges[code];
  const retry = error instanceof TooManyAttempts ? String(error.retryAfterSeconds) : retryAfter[code];
  return {
    "content-type": problemType,
    ...(challenge !== undefined && { "www-authenticate": challenge }),
    ...(retry !== undefined && { "retry-after": retry }),
    ...budgetHeaders(code, error),
  };
};

/** A refused key's budgets are shown where the refusal itself is; for an invalid credential they would tell that there is such a key. */
const budgetHeaders = (code: ErrorCode, error: unknown): Record<string, string> =>
  error instanceof CredentialRefused && error.spent !== null && code !== "INVALID_CREDENTIAL" ? rateLimitHeaders(error.spent) : {};
