import { commonErrors, doorAnswers, type ErrorCode, events, forwardAuth, introspection, metrics, refusals, verdictEvents } from "@keywright/contract";
import { codeSamples } from "./code-samples.ts";
import { errorResponses } from "./openapi-errors.ts";
import { budgetHeaders, ref } from "./openapi-operation.ts";
import { sampleServer } from "./sample-call.ts";

const identity: Readonly<Record<string, string>> = {
  "X-Keywright-Key-Id": "The key's id.",
  "X-Keywright-Key-Name": "Its name; what is not ASCII is percent-encoded.",
  "X-Keywright-Tenant-Id": "The tenant's id.",
  "X-Keywright-Owner": "The member's id, or the tenant's where the key is the tenant's own.",
  "X-Keywright-Scopes": "The key's scopes, with commas between.",
  "X-Keywright-Environment": "`live` or `test`.",
  "X-Keywright-Expires-At": "When the key, or this replaced secret, ends; empty: never.",
};

const textHeader = (description: string) => ({ description, schema: { type: "string" } });
const headerParameter = (name: string, description: string) => ({ name, in: "header", required: false, description, schema: { type: "string" } });

/** The door for gateways, which stands beside the table. */
export const forwardAuthOperation = () => ({
  operationId: "forward-auth",
  tags: ["Verification"],
  summary: "Ask as a gateway whether a client's request may pass",
  description: forwardAuthText(),
  security: [{ gatewayRootKey: [] }],
  parameters: [
    { name: "scopes", in: "query", required: false, description: "Scopes that the client's key must have, with commas between.", schema: { type: "string" } },
    { name: "deny", in: "query", required: false, description: "`403`: answer every refusal as 403, for nginx.", schema: { type: "string", const: "403" } },
    headerParameter("X-API-Key", "The client's key; or `Authorization: Bearer`."),
    headerParameter("X-Keywright-Scopes", "As `scopes`; where both are given, both must hold."),
    headerParameter("X-Forwarded-For", "The client's address, from the right past trusted proxies."),
    headerParameter("X-Forwarded-Uri", "Or `X-Original-URI`: the client's path, by which usage is counted."),
    headerParameter("X-Forwarded-Method", "Or `X-Original-Method`: the client's method."),
  ],
  responses: {
    200: {
      description: "The request may pass. No body; every identity header is there, empty where there is nothing to say.",
      headers: { ...Object.fromEntries(Object.entries(identity).map(([name, text]) => [name, textHeader(text)])), ...budgetHeaders },
    },
    ...errorResponses(doorErrors),
  },
  "x-codeSamples": codeSamples({
    method: "GET",
    url: `${sampleServer}${forwardAuth.path}?scopes=send_email`,
    headers: { "X-Keywright-Root-Key": "pm_root_…" },
    body: undefined,
  }),
});

const doorErrors: readonly ErrorCode[] = [
  "INVALID_REQUEST",
  "UNAUTHENTICATED",
  "INVALID_CREDENTIAL",
  "TENANT_SUSPENDED",
  "ADDRESS_NOT_ALLOWED",
  "PERMISSION_DENIED",
  "RATE_LIMITED",
  "QUOTA_EXCEEDED",
  "INTERNAL",
  "UNAVAILABLE",
];

const forwardAuthText = (): string =>
  [
    "For nginx `auth_request`, Traefik `forwardAuth`, Caddy `forward_auth` and Envoy `ext_authz`. The gateway proves itself by a root key with the permission `verify` in `X-Keywright-Root-Key`.",
    "Takes any method, and any path behind its own: what follows is the client's path, and then the query is the client's too and no policy.",
    "A refusal's status stands in `X-Keywright-Status` as well, where `deny=403` hides it.",
    ...refusals.map((refusal) => `- \`${refusal}\` → ${doorAnswers[refusal].status}: ${doorAnswers[refusal].doc}`),
  ].join("\n\n");

/** RFC 7662, which takes a form. */
export const introspectionOperation = () => ({
  operationId: "introspect",
  tags: ["Verification"],
  summary: "Introspect an API key as an OAuth 2 token (RFC 7662)",
  description:
    "For gateways with an OAuth 2 introspection plugin. A pure read: it charges and counts nothing, so it enforces no limit. A key with an allow-list is not active here, for the client's address is not said. Needs the permission `verify`.",
  security: [{ bearer: [] }, { apiKey: [] }, { basicRootKey: [] }],
  requestBody: {
    required: true,
    content: {
      "application/x-www-form-urlencoded": {
        schema: {
          type: "object",
          required: ["token"],
          properties: { token: { type: "string", description: "The API key." }, token_type_hint: { type: "string", description: "Not looked at." } },
        },
      },
    },
  },
  responses: {
    200: jsonReply("What the key is; `active: false` and nothing else where it is not active.", introspectionSchema),
    ...errorResponses([
      "INVALID_REQUEST",
      "TWO_CREDENTIALS",
      "UNAUTHENTICATED",
      "INVALID_CREDENTIAL",
      "PERMISSION_DENIED",
      "UNSUPPORTED_MEDIA_TYPE",
      "BODY_TOO_LARGE",
      "INTERNAL",
      "UNAVAILABLE",
    ]),
  },
  "x-codeSamples": [{ lang: "shell", label: "curl", source: `curl -u "gateway:$KEYWRIGHT_KEY" -d token=pm_live_… ${sampleServer}${introspection.path}` }],
});

const introspectionSchema = {
  type: "object",
  required: ["active"],
  properties: {
    active: { type: "boolean" },
    scope: { type: "string", description: "The key's scopes, with spaces between." },
    client_id: { type: "string", description: "The key's id." },
    sub: { type: "string", description: "The member's id, or the tenant's where the key is the tenant's own." },
    token_type: { const: "Bearer" },
    exp: { type: "integer", description: "When the key ends, in seconds since 1970; absent: never." },
    tenant_id: { type: ["string", "null"] },
    environment: { type: "string" },
  },
};
/** The stream of events, which is no answer of JSON and stands beside the table. */
export const eventsOperation = () => ({
  operationId: "watch-events",
  tags: ["API keys"],
  summary: "Watch what happens to keys, as it happens",
  description: eventsText,
  parameters: [
    {
      name: "tenant_id",
      in: "query",
      required: false,
      description: "Whose events; an operator who names none is told of all changes, and of no use.",
      schema: events.query.properties.tenant_id,
    },
    headerParameter("Last-Event-ID", "Sent by browsers that come back: `reload` is the first thing they are told."),
  ],
  responses: {
    200: {
      description: "The stream. Each event's `data` is one of these, and its `event` the `type`.",
      content: { "text/event-stream": { schema: ref("schemas", "StreamEvent") } },
    },
    ...errorResponses(streamErrors),
  },
  "x-codeSamples": codeSamples({ method: "GET", url: `${sampleServer}${events.path}`, headers: { Authorization: "Bearer pm_live_…" }, body: undefined }),
});

/** The stream of verdicts, which stands beside the table as well. */
export const verdictsOperation = () => ({
  operationId: "watch-verdicts",
  tags: ["Requests"],
  summary: "Watch verifications, as they happen",
  description: verdictsText,
  parameters: [
    { name: "tenant_id", in: "query", required: false, description: "Whose; required of an operator.", schema: verdictEvents.query.properties.tenant_id },
    { name: "key_id", in: "query", required: false, description: "Of one key alone.", schema: verdictEvents.query.properties.key_id },
  ],
  responses: {
    200: {
      description: "The stream. Each event's `data` is one of these, and its `event` the `type`.",
      content: { "text/event-stream": { schema: ref("schemas", "StreamEvent") } },
    },
    ...errorResponses(streamErrors),
  },
  "x-codeSamples": codeSamples({ method: "GET", url: `${sampleServer}${verdictEvents.path}`, headers: { Authorization: "Bearer pm_live_…" }, body: undefined }),
});

const verdictsText = [
  "Server-sent events, for a session, a root key or an API key with the permission `requests:read`: one of `verdicts` a second, with how many verifications were counted in all processes, and at most 100 of them as the request log has them, refusals first. `is_sampled` says whether there were more.",
  "What is counted comes home once a second, where much is counted less often: then a second has none, and the next one more. `ready`, `reload` and `end` are as in `watch-events`. A reader who is slow is cut off. At most 128 streams are open of a tenant, 1,024 in a process.",
].join("\n\n");

const streamErrors: readonly ErrorCode[] = [...commonErrors, "TENANT_SUSPENDED", "NOT_FOUND", "FEATURE_DISABLED"];

const eventsText = [
  "Server-sent events, for a session, a root key or an API key with the permission `keys:read`. Events are hints to look again, from all processes, and hold no secret.",
  "- `ready`: from now on nothing is missed.\n- `reload`: something may have been missed; read everything again.\n- `key.created`, `key.updated`, `key.regenerated`, `key.revoked`, `key.handed_over`, `tenant.updated`, `settings.updated`: a change was committed.\n- `usage`: requests were counted, about a second ago.\n- `end`: the server ends the stream. Come back: the answer says whether the right is lost.",
  "A key that expires changes nothing and is no event: `expires_at` says when. A stream lasts half an hour at most, is ended within seconds where its reader has lost the right to it, and cut off where the reader is slow. At most 32 are open of a tenant, 256 in a process.",
].join("\n\n");

const jsonReply = (description: string, schema: object) => ({ description, content: { "application/json": { schema } } });

/** For Prometheus, in its own format, which stands beside the table. */
const metricsOperation = () => ({
  operationId: "get-metrics",
  tags: ["Operation"],
  summary: "Scrape the metrics",
  description:
    "For a root key with the permission `metrics:read`. No key, tenant or address is in a label. With `KEYWRIGHT_METRICS_PORT` they are also at a port of their own, without a credential.",
  security: [{ bearer: [] }, { apiKey: [] }],
  responses: {
    200: { description: "All of them, in the text format 0.0.4.", content: { "text/plain": { schema: { type: "string" } } } },
    ...errorResponses(commonErrors),
  },
  "x-codeSamples": codeSamples({ method: "GET", url: `${sampleServer}${metrics.path}`, headers: { Authorization: "Bearer pm_root_…" }, body: undefined }),
});

/** Calls for whoever runs the server; but for the metrics they need no credential. */
export const operatorPaths = () => ({
  [metrics.path]: { get: metricsOperation() },
  "/healthz": {
    get: {
      operationId: "get-health",
      tags: ["Operation"],
      summary: "Does the process live?",
      security: [],
      responses: { 200: jsonReply("It does.", { type: "object", required: ["status"], properties: { status: { const: "ok" } } }) },
    },
  },
  "/readyz": {
    get: {
      operationId: "get-readiness",
      tags: ["Operation"],
      summary: "Can it do its work, and which engine is out of reach?",
      security: [],
      responses: { 200: jsonReply("It can.", ref("schemas", "Readiness")), 503: jsonReply("It cannot.", ref("schemas", "Readiness")) },
    },
  },
});

export const readinessSchema = {
  type: "object",
  required: ["status", "checks"],
  properties: {
    status: { enum: ["ready", "unready"] },
    checks: { type: "object", additionalProperties: { type: "string" }, description: "Engine → `ok`, or one sentence of what is wrong." },
  },
};
