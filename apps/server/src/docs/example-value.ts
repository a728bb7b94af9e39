import type { FieldSchema } from "../http/field-words.ts";

/** A value that satisfies a schema of the contract: its own examples and defaults first, then the smallest that reads well. */
export const exampleOf = (schema: FieldSchema): unknown => {
  const given = schema.examples?.[0] ?? schema.default;
  if (given !== undefined) return given;
  if (schema.anyOf !== undefined) return exampleOf(schema.anyOf[0] ?? {});
  if ("const" in schema) return schema.const;
  return builders[schema.type ?? ""]?.(schema) ?? {};
};

const builders: Readonly<Record<string, (schema: FieldSchema) => unknown>> = {
  string: (schema) => exampleText(schema),
  integer: ({ minimum }) => minimum ?? 1,
  number: ({ minimum }) => minimum ?? 1,
  boolean: () => true,
  null: () => null,
  array: ({ items, minItems = 0 }) => Array.from({ length: Math.max(1, minItems) }, () => exampleOf(items ?? {})),
  object: ({ properties = {} }) => Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, namedExample(name, field)])),
};

/** Fields whose names say more of them than their schemas; used where the schema itself has no example. */
const named: Readonly<Record<string, unknown>> = {
  key_id: "key_01F8MECHZX3TBDSZ7XRADM",
  tenant_id: "ten_01F8MECHZX3TBDSZ7XRADM",
  name: "Production mailer",
  scopes: ["send_email"],
  permissions: ["verify"],
  environment: "live",
  endpoint: "POST /v1/emails",
  ip: "203.0.113.7",
  last_used_ip: "203.0.113.7",
  ip_allowlist: ["203.0.113.0/24"],
  metadata: { plan: "pro" },
  limit: 60,
  remaining: 59,
  window_seconds: 60,
  from: "2026-01-01T00:00:00.000Z",
  to: "2026-01-31T12:00:00.000Z",
  request_id: "req_01kb1f8m5n3q7r9s2t4v6w8x0y",
};

const namedExample = (name: string, field: FieldSchema): unknown =>
  field.examples === undefined && field.default === undefined ? (named[name] ?? exampleOf(field)) : exampleOf(field);

const idPrefix = /^\^([a-z]+)_\[/;

const exampleText = ({ format, pattern = "", minLength = 0, maxLength }: FieldSchema): string => {
  if (format === "date-time") return "2026-01-31T12:00:00.000Z";
  if (format === "email") return "ada@example.com";
  const prefix = idPrefix.exec(pattern)?.[1];
  if (prefix !== undefined) return exampleId(prefix);
  if (pattern.startsWith("^[A-Z]")) return "POST";
  if (pattern.startsWith("^[a-z][a-z0-9_.:-]")) return "send_email";
  return "text".repeat(Math.max(1, Math.ceil(minLength / 4))).slice(0, maxLength);
};

const exampleId = (prefix: string): string => `${prefix}_01F8MECHZX3TBDSZ7XRADM`;
