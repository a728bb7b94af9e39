import { commonErrors, type Endpoint, type ErrorCode, errorCodes, errors } from "@keywright/contract";
import { AppError } from "@keywright/core";
import { problemOf } from "../http/problem.ts";

const ref = (kind: string, name: string) => ({ $ref: `#/components/${kind}/${name}` });

/** RFC 9457 problem details, as every error is answered. */
export const problemSchema = {
  type: "object",
  required: ["type", "title", "status", "detail", "instance", "code", "request_id"],
  properties: {
    type: { type: "string", format: "uri-reference", description: "Where the code is explained." },
    title: { type: "string", description: "The same for every occurrence of the code." },
    status: { type: "integer" },
    detail: { type: "string", description: "What is wrong with this request." },
    instance: { type: "string", format: "uri", description: "This occurrence." },
    code: { type: "string", enum: errorCodes, description: "Stable: programs decide by it." },
    request_id: { type: "string", description: "Finds the request in the log." },
    errors: {
      type: "array",
      description: "For bad input: one entry a field.",
      items: {
        type: "object",
        required: ["pointer", "detail"],
        properties: {
          pointer: { type: "string", description: "JSON pointer into the body, the query or the path parameters; `/headers/…` for a header." },
          detail: { type: "string", description: "What is allowed there." },
        },
      },
    },
  },
};

/** One example an error code. */
export const problemExamples = () =>
  Object.fromEntries(
    errorCodes.map((code) => [code, { summary: errors[code].title, value: problemOf(new AppError(code), "req_01kb1f8m5n3q7r9s2t4v6w8x0y").body }]),
  );

const bodyErrors: readonly ErrorCode[] = ["INVALID_JSON", "BODY_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE"];
const apiKeyErrors: readonly ErrorCode[] = ["FEATURE_DISABLED", "TENANT_SUSPENDED", "ADDRESS_NOT_ALLOWED", "QUOTA_EXCEEDED"];
/** Of calls by a session. */
const sessionErrors: readonly ErrorCode[] = ["PASSWORD_CHANGE_REQUIRED", "CROSS_SITE_REQUEST"];
const credentialErrors: readonly ErrorCode[] = ["CREDENTIAL_IN_QUERY", "TWO_CREDENTIALS"];

/** Every code that an endpoint can answer: its own, and what the layers before it refuse. */
export const errorsOf = (row: Endpoint): readonly ErrorCode[] => [
  ...new Set([
    ...row.errors,
    ...commonErrors,
    ...credentialErrors,
    ...(row.body === undefined ? [] : bodyErrors),
    ...(row.tag === "Verification" ? [] : [...apiKeyErrors, ...sessionErrors]),
  ]),
];

/** Responses by status; where a status has several codes, each is an example. */
export const errorResponses = (codes: readonly ErrorCode[]): Record<string, object> => {
  const statuses = [...new Set(codes.map((code) => errors[code].status))].sort((one, other) => one - other);
  return Object.fromEntries(
    statuses.map((status) => {
      const ofStatus = codes.filter((code) => errors[code].status === status);
      return [`${status}`, errorResponse(status, ofStatus)];
    }),
  );
};

const errorResponse = (status: number, codes: readonly ErrorCode[]) => ({
  description: codes.map((code) => `\`${code}\`: ${errors[code].doc}`).join("\n\n"),
  headers: { "X-Request-Id": ref("headers", "RequestId"), ...(statusHeaders[status] ?? {}) },
  content: {
    "application/problem+json": { schema: ref("schemas", "Problem"), examples: Object.fromEntries(codes.map((code) => [code, ref("examples", code)])) },
  },
});

const statusHeaders: Readonly<Record<number, object>> = {
  401: { "WWW-Authenticate": ref("headers", "Challenge") },
  403: { "WWW-Authenticate": ref("headers", "Challenge") },
  429: { "Retry-After": ref("headers", "RetryAfter") },
  503: { "Retry-After": ref("headers", "RetryAfter") },
};
