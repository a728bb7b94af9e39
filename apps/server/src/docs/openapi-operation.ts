import { type Endpoint, type EndpointId, type Permission, platformScopePermissions, platformScopes } from "@keywright/contract";
import type { TSchema } from "@keywright/contract/validation";
import type { FieldSchema } from "../http/field-words.ts";
import { codeSamples } from "./code-samples.ts";
import { exampleOf } from "./example-value.ts";
import { errorResponses, errorsOf } from "./openapi-errors.ts";
import { sampleCallOf } from "./sample-call.ts";

export const ref = (kind: string, name: string) => ({ $ref: `#/components/${kind}/${name}` });

/** `create-key` as `CreateKey`. */
const pascal = (id: string): string => id.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
const requestName = (id: string): string => `${pascal(id)}Request`;
const replyName = (id: string, status: string): string => `${pascal(id)}Reply${status === "200" || status === "201" ? "" : status}`;

/** The bodies of a row as components: what generators of clients name their types by. */
export const schemasOf = (id: EndpointId, row: Endpoint): Record<string, TSchema> => ({
  ...(row.body !== undefined && { [requestName(id)]: row.body }),
  ...Object.fromEntries(Object.entries(row.replies).map(([status, schema]) => [replyName(id, status), schema])),
});

/** One row of the table as an OpenAPI operation. */
export const operationOf = (id: EndpointId, row: Endpoint) => ({
  operationId: id,
  tags: [row.tag],
  summary: row.doc.split(/[.;:](?: |$)/, 1)[0],
  description: `${row.doc}\n\n${permissionText(row.permission)}`,
  security: [{ bearer: [] }, { apiKey: [] }, ...(row.tag === "Verification" ? [] : [{ session: [] }])],
  parameters: [...parametersOf("path", row.params), ...parametersOf("query", row.query), ...headersOf(row)],
  ...(row.body !== undefined && { requestBody: requestBody(id, row.body, row.example) }),
  responses: {
    ...Object.fromEntries(Object.entries(row.replies).map(([status, schema]) => [status, reply(id, row, { status, schema })])),
    ...errorResponses(errorsOf(row)),
  },
  "x-codeSamples": codeSamples(sampleCallOf(row)),
});

/** Who may call: the root key's permission, and the scope by which an API key holds it in its own tenant. */
const permissionText = (permission: Permission): string => {
  const scope = platformScopes.find((name) => platformScopePermissions[name].includes(permission));
  const apiKey = scope === undefined ? "API keys cannot call this." : `An API key needs the scope \`${scope}\`, and sees its own tenant only.`;
  return `A root key needs the permission \`${permission}\`. ${apiKey}`;
};

export const parametersOf = (place: "path" | "query", schema: TSchema | undefined) => {
  const { properties = {}, required = [] } = (schema ?? {}) as FieldSchema;
  return Object.entries(properties).map(([name, field]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    ...(field.description !== undefined && { description: field.description }),
    schema: field,
  }));
};

const headersOf = (row: Endpoint) => [
  ...(row.idempotent === true ? [ref("parameters", "IdempotencyKey")] : []),
  ...(row.errors.includes("PRECONDITION_FAILED") ? [ref("parameters", "IfMatch")] : []),
];

const requestBody = (id: EndpointId, schema: TSchema, example: unknown) => ({
  required: ((schema as FieldSchema).required ?? []).length > 0,
  content: { "application/json": { schema: ref("schemas", requestName(id)), ...(example !== undefined && { example }) } },
});

interface ReplyBody {
  readonly status: string;
  readonly schema: TSchema;
}

const reply = (id: EndpointId, { streams = ["application/json"] }: Endpoint, { status, schema }: ReplyBody) => ({
  description: status === "201" ? "Created." : "Done.",
  headers: { "X-Request-Id": ref("headers", "RequestId"), ...budgetHeaders },
  content: {
    ...Object.fromEntries(
      streams.map((type) => [
        type,
        type === "text/csv" ? { schema: { type: "string" } } : { schema: ref("schemas", replyName(id, status)), example: exampleOf(schema as FieldSchema) },
      ]),
    ),
  },
});

/** Only answers to API keys carry them: a root key has no budget. */
export const budgetHeaders = {
  RateLimit: ref("headers", "RateLimit"),
  "RateLimit-Policy": ref("headers", "RateLimitPolicy"),
  "X-RateLimit-Limit": ref("headers", "BudgetLimit"),
  "X-RateLimit-Remaining": ref("headers", "BudgetRemaining"),
  "X-RateLimit-Reset": ref("headers", "BudgetReset"),
};
