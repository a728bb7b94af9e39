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
  object: ({ properties = {} }) => Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, exampleOf(field)])),
};

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

export const exampleId = (prefix: string): string => `${prefix}_01F8MECHZX3TBDSZ7XRADM`;
