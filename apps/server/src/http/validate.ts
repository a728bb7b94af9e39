import { Compile, Format, type TSchema, Value } from "@keywright/contract/validation";
import type { FieldError } from "@keywright/core";
import { explainFields } from "./explain-fields.ts";
import type { FieldSchema } from "./field-words.ts";

/** Faults that an answer lists at most. */
const maxFaults = 50;

/** What is wrong with one part of a request (body, query or path parameters); empty where nothing is. */
export type PartCheck = (value: unknown) => readonly FieldError[];

/** RFC 3339, as far as it names an instant: no leap second, no zone name behind it. */
const rfc3339 = /^\d{4}-(\d{2})-(\d{2})T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/i;

const isTime = (text: string): boolean => {
  const match = rfc3339.exec(text);
  if (match === null || Number.isNaN(Date.parse(text))) return false;
  // `Date.parse` takes 31 February for 3 March.
  return new Date(Date.parse(`${text.slice(0, 10)}T00:00:00Z`)).getUTCDate() === Number(match[2]);
};

/** Compiles a part's schema to its check: one generated function while all is well, the explanation only where something is not. */
export const compilePart = (schema: TSchema): PartCheck => {
  Format.Set("date-time", isTime);
  const closed = closeRecords(schema) as TSchema;
  const compiled = Compile(closed);
  return (value) => {
    if (compiled.Check(value)) return [];
    const faults = explainFields((leaf, part) => Value.Check(leaf as TSchema, part), { schema: closed as FieldSchema, value, pointer: "" });
    return faults.length > 0 ? faults.slice(0, maxFaults) : [{ pointer: "", detail: "is not valid" }];
  };
};

/** A record holds what its pattern of names allows and nothing else; JSON Schema by itself would let other names pass unchecked. */
const closeRecords = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(closeRecords);
  if (typeof schema !== "object" || schema === null) return schema;
  const copy = Object.create(Object.getPrototypeOf(schema), Object.getOwnPropertyDescriptors(schema));
  for (const [name, value] of Object.entries(schema)) copy[name] = closeRecords(value);
  if ("patternProperties" in copy) copy.additionalProperties = false;
  return copy;
};

const wholeNumber = /^-?(?:0|[1-9]\d{0,15})$/;

/** Text parameters as the numbers and booleans that their schema wants; what does not read as one stays text, and fails its check. */
export const coerceTexts = (schema: FieldSchema, texts: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, coerce(schema.properties?.[name]?.type, text)]));

const coerce = (type: string | undefined, text: string): unknown => {
  if (type === "integer" && wholeNumber.test(text)) return Number(text);
  if (type === "boolean" && (text === "true" || text === "false")) return text === "true";
  return text;
};
