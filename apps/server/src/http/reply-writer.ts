import type { FieldSchema } from "./field-words.ts";

/** A value as JSON text, by its schema: what the schema does not declare is left out, what it requires must be there. */
export type Writer = (value: unknown) => string;

/** Stands for a value that its schema's writer has written already. */
export class Written {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Kind = "null" | "string" | "number" | "boolean" | "array" | "object";

/**
 * Compiles a reply's schema to its writer. A field that no schema declares never reaches the wire, whatever a handler returns; a reply that
 * lacks a required field, or has one of another type, is a fault and throws.
 */
export const compileWriter = (schema: FieldSchema): Writer => {
  const writers = new Map<Kind, Writer>();
  const branches = schema.anyOf ?? [schema];
  for (const branch of branches) {
    if (branch.type === undefined && !("const" in branch)) return writeAnything;
    const kind = kindOfSchema(branch);
    if (!writers.has(kind)) writers.set(kind, compilers[kind](branch));
  }
  const [only] = writers.size === 1 ? writers : [];
  if (only !== undefined) return guard(...only);
  return (value) => (writers.get(kindOf(value)) ?? refuse)(value);
};

const kindOf = (value: unknown): Kind => {
  if (value === null) return "null";
  if (typeof value === "object") return Array.isArray(value) ? "array" : "object";
  return typeof value as Kind;
};

const kindOfSchema = (schema: FieldSchema): Kind => {
  if ("const" in schema) return kindOf(schema.const);
  return schema.type === "integer" ? "number" : (schema.type as Kind);
};

const refuse: Writer = () => {
  throw new Error("A reply is not as its schema declares it.");
};

const guard =
  (kind: Kind, write: Writer): Writer =>
  (value) =>
    kindOf(value) === kind ? write(value) : refuse(value);

const writeAnything: Writer = (value) => JSON.stringify(value) ?? refuse(value);

const compilers: Readonly<Record<Kind, (schema: FieldSchema) => Writer>> = {
  null: () => () => "null",
  string: () => (value) => writeText(value as string),
  number: () => (value) => (Number.isFinite(value) ? `${value}` : refuse(value)),
  boolean: () => (value) => (value ? "true" : "false"),
  array: ({ items }) => arrayWriter(compileWriter(items ?? {})),
  object: (schema) => unlessWritten(schema.properties === undefined ? recordWriter(schema) : objectWriter(schema)),
};

const unlessWritten =
  (write: Writer): Writer =>
  (value) =>
    value instanceof Written ? value.text : write(value);

/** Longer than any id or time. */
const shortText = 64;

/** Most texts are short and printable ASCII; those are quoted by hand in half the time. */
const writeText = (text: string): string => {
  if (text.length > shortText) return JSON.stringify(text);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code > 0x7e || code === 0x22 || code === 0x5c) return JSON.stringify(text);
  }
  return `"${text}"`;
};

const arrayWriter =
  (write: Writer): Writer =>
  (value) => {
    const entries = value as readonly unknown[];
    let text = "";
    for (const entry of entries) text += text === "" ? write(entry) : `,${write(entry)}`;
    return `[${text}]`;
  };

const recordWriter = ({ patternProperties = {} }: FieldSchema): Writer => {
  const write = compileWriter(Object.values(patternProperties)[0] ?? {});
  return (value) => {
    let text = "";
    for (const [name, field] of Object.entries(value as object)) text += `${text === "" ? "" : ","}${writeText(name)}:${write(field)}`;
    return `{${text}}`;
  };
};

const objectWriter = ({ properties = {}, required = [] }: FieldSchema): Writer => {
  const fields = Object.entries(properties).map(([name, schema]) => ({
    name,
    head: `${writeText(name)}:`,
    write: compileWriter(schema),
    isRequired: required.includes(name),
  }));
  return (value) => {
    const given = value as Readonly<Record<string, unknown>>;
    let text = "";
    for (const { name, head, write, isRequired } of fields) {
      const field = given[name];
      if (field !== undefined) text += text === "" ? head + write(field) : `,${head}${write(field)}`;
      else if (isRequired) refuse(value);
    }
    return `{${text}}`;
  };
};
