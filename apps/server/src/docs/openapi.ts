import { type Endpoint, endpointIds, endpoints, events, forwardAuth, introspection, StreamEvent, verdictEvents } from "@keywright/contract";
import { accountPaths } from "./openapi-accounts.ts";
import { eventsOperation, forwardAuthOperation, introspectionOperation, operatorPaths, readinessSchema, verdictsOperation } from "./openapi-doors.ts";
import { problemExamples, problemSchema } from "./openapi-errors.ts";
import { operationOf, schemasOf } from "./openapi-operation.ts";
import { sampleServer } from "./sample-call.ts";

/** An OpenAPI 3.1 document as plain data. */
export interface OpenApiDocument {
  readonly openapi: "3.1.0";
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const rows: readonly (readonly [(typeof endpointIds)[number], Endpoint])[] = endpointIds.map((id) => [id, endpoints[id]]);

/** The whole API, derived from the endpoint table and the catalogue of errors. */
export const createOpenApi = ({ version }: { readonly version: string }): OpenApiDocument => {
  const document = {
    openapi: "3.1.0",
    info: {
      title: "Keywright API",
      version,
      summary: "Issue, verify, rotate and revoke API keys.",
      description: aboutText,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }, { url: sampleServer, description: "A server started with its defaults." }],
    tags: [...new Set(rows.map(([, { tag }]) => tag)), "Accounts", "Operation"].map((name) => ({ name })),
    security: [{ bearer: [] }, { apiKey: [] }],
    paths: {
      ...tablePaths(),
      [forwardAuth.path]: { get: forwardAuthOperation() },
      [events.path]: { get: eventsOperation() },
      [verdictEvents.path]: { get: verdictsOperation() },
      ...accountPaths(),
      [introspection.path]: { post: introspectionOperation() },
      ...operatorPaths(),
    },
    components: {
      securitySchemes,
      schemas: { ...Object.assign({}, ...rows.map(([id, row]) => schemasOf(id, row))), StreamEvent, Problem: problemSchema, Readiness: readinessSchema },
      parameters,
      headers,
      examples: problemExamples(),
    },
  };
  // Through JSON, so that nothing of the schema library's own is left in it.
  return JSON.parse(JSON.stringify(document));
};

const tablePaths = (): Record<string, Record<string, unknown>> => {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [id, row] of rows) paths[row.path] = { ...paths[row.path], [row.method.toLowerCase()]: operationOf(id, row) };
  return paths;
};

const aboutText = [
  "Guides, from the quick start to the limits of what is promised, are at [`/docs`](/docs).",
  "Authenticate with a root key or an API key in `Authorization: Bearer …` or in `X-API-Key`: exactly one of them, never in a URL.",
  "Where the operator takes tokens of another system, management also takes such a token (a JWT) in `Authorization: Bearer …`: its bearer acts as the member that the token names.",
  "People sign in under `/api/auth`, with a password or by the operator's OpenID provider; management takes their session's cookie, and asks what the member's role allows.",
  "Errors are RFC 9457 problem details with a stable `code`; [`/docs/errors`](/docs/errors) lists them. Every answer has an `X-Request-Id`.",
  "Answers to an API key carry `RateLimit-Policy`, `RateLimit` and `X-RateLimit-*`; every time in them is in seconds from now.",
].join("\n\n");

const securitySchemes = {
  bearer: { type: "http", scheme: "bearer", description: "A root key or an API key." },
  apiKey: { type: "apiKey", in: "header", name: "X-API-Key", description: "The same, in a header of its own." },
  session: {
    type: "apiKey",
    in: "cookie",
    name: "keywright.session_token",
    description:
      "A person's session, from signing in under `/api/auth`; `__Secure-keywright.session_token` where people come by TLS. It opens management, and verification to nobody. Changes must come from our own pages (`Origin`, `Sec-Fetch-Site`).",
  },
  basicRootKey: { type: "http", scheme: "basic", description: "A root key as the password, for clients of OAuth 2; the name is not looked at." },
  gatewayRootKey: {
    type: "apiKey",
    in: "header",
    name: "X-Keywright-Root-Key",
    description: "A root key with the permission `verify`, by which a gateway proves itself.",
  },
};

const parameters = {
  IdempotencyKey: {
    name: "Idempotency-Key",
    in: "header",
    required: false,
    description: "A name of your own for this request: for 24 h a repetition is answered as the first time, with the same plaintext.",
    schema: { type: "string", minLength: 1, maxLength: 255, pattern: "^[\\x20-\\x7e]+$" },
  },
  IfMatch: {
    name: "If-Match",
    in: "header",
    required: false,
    description: "The `ETag` of the state that the change is meant for; another one answers `PRECONDITION_FAILED`.",
    schema: { type: "string", examples: ['"3"'] },
  },
};

const header = (description: string, example: string | number) => ({
  description,
  schema: { type: typeof example === "string" ? "string" : "integer", examples: [example] },
});

const headers = {
  RequestId: header("Finds the request in the log.", "req_01kb1f8m5n3q7r9s2t4v6w8x0y"),
  Challenge: header("RFC 6750: what is wrong with the credential.", 'Bearer realm="keywright", error="invalid_token"'),
  RetryAfter: header("Seconds to wait before trying again.", 2),
  RateLimitPolicy: header("Each budget and its window (draft-ietf-httpapi-ratelimit-headers-11).", '"key";q=10;w=1, "tenant";q=300;w=60'),
  RateLimit: header("What is left of each budget, and the seconds until it is full again.", '"key";r=9;t=1, "tenant";r=280;t=4'),
  BudgetLimit: header("Size of the budget that will refuse first.", 10),
  BudgetRemaining: header("What is left of it.", 9),
  BudgetReset: header("Seconds until it is full again.", 1),
};
