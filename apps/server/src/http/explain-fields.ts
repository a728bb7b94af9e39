import type { FieldError } from "@keywright/core";
import { describeField, describePattern, type FieldSchema } from "./field-words.ts";
import { stepTo } from "./pointer.ts";

/** Whether a value with no parts of its own satisfies its schema. */
export type LeafCheck = (schema: FieldSchema, value: unknown) => boolean;

interface Place {
  readonly schema: FieldSchema;
  readonly value: unknown;
  readonly pointer: string;
}

/** Every fault of a value, each at its place, with what is allowed there in plain words. Empty where there is none. */
export const explainFields = (isValid: LeafCheck, place: Place): FieldError[] => {
  const { schema, value, pointer } = place;
  if (schema.anyOf !== undefined) return explainUnion(isValid, place, schema.anyOf);
  if (schema.type === "object") return isObject(value) ? explainObject(isValid, { schema, value, pointer }) : [mustBe(schema, pointer)];
  if (schema.type === "array") return Array.isArray(value) ? explainArray(isValid, { schema, value, pointer }) : [mustBe(schema, pointer)];
  return isValid(schema, value) ? [] : [mustBe(schema, pointer)];
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);

const mustBe = (schema: FieldSchema, pointer: string): FieldError => ({ pointer, detail: `must be ${describeField(schema)}` });

/** Where a value is clearly meant as one of the branches, that branch's faults say more than "must be one of these". */
const explainUnion = (isValid: LeafCheck, { schema, value, pointer }: Place, branches: readonly FieldSchema[]): FieldError[] => {
  const explained = branches.map((branch) => explainFields(isValid, { schema: branch, value, pointer }));
  if (explained.some((faults) => faults.length === 0)) return [];
  const meant = branches.findIndex((branch) => branch.type === "object");
  return isObject(value) && meant >= 0 ? (explained[meant] ?? []) : [mustBe(schema, pointer)];
};

interface ObjectPlace extends Place {
  readonly value: Readonly<Record<string, unknown>>;
}

const explainObject = (isValid: LeafCheck, place: ObjectPlace): FieldError[] => {
  const { schema, value, pointer } = place;
  const names = Object.keys(value);
  const missing = (schema.required ?? []).filter((name) => !Object.hasOwn(value, name));
  return [
    ...explainSize(place, names.length),
    ...missing.map((name) => ({ pointer: stepTo(pointer, name), detail: `is required: ${describeField(schema.properties?.[name] ?? {})}` })),
    ...names.flatMap((name) => explainMember(isValid, place, name)),
  ];
};

const explainSize = ({ schema, pointer }: ObjectPlace, size: number): FieldError[] => {
  const { minProperties = 0, maxProperties = Number.POSITIVE_INFINITY } = schema;
  if (size > maxProperties) return [{ pointer, detail: `must have at most ${maxProperties} fields` }];
  if (size >= minProperties) return [];
  return [
    {
      pointer,
      detail: schema.properties === undefined ? `must have ${minProperties} fields or more` : `must have at least one of the fields ${knownNames(schema)}`,
    },
  ];
};

const explainMember = (isValid: LeafCheck, { schema, value, pointer }: ObjectPlace, name: string): FieldError[] => {
  const known = Object.hasOwn(schema.properties ?? {}, name) ? schema.properties?.[name] : undefined;
  const [pattern, record] = Object.entries(schema.patternProperties ?? {})[0] ?? [];
  const at = stepTo(pointer, name);
  if (known !== undefined) return explainFields(isValid, { schema: known, value: value[name], pointer: at });
  if (pattern === undefined || record === undefined) return [{ pointer: at, detail: `is not known here; known are ${knownNames(schema)}` }];
  if (!new RegExp(pattern).test(name)) return [{ pointer: at, detail: `must have a name of ${describePattern(pattern) ?? "another one"}` }];
  return explainFields(isValid, { schema: record, value: value[name], pointer: at });
};

const knownNames = (schema: FieldSchema): string => Object.keys(schema.properties ?? {}).join(", ") || "none";

interface ArrayPlace extends Place {
  readonly value: readonly unknown[];
}

const explainArray = (isValid: LeafCheck, { schema, value, pointer }: ArrayPlace): FieldError[] => {
  const { items, minItems = 0, maxItems = Number.POSITIVE_INFINITY } = schema;
  // A list that is too long is not looked into: its entries could be as many as fit into a body.
  if (value.length < minItems || value.length > maxItems) return [mustBe(schema, pointer)];
  const faults =
    items === undefined ? [] : value.flatMap((entry, index) => explainFields(isValid, { schema: items, value: entry, pointer: `${pointer}/${index}` }));
  return schema.uniqueItems === true ? [...faults, ...explainRepeats(value, pointer)] : faults;
};

const explainRepeats = (entries: readonly unknown[], pointer: string): FieldError[] => {
  const texts = entries.map((entry) => JSON.stringify(entry));
  return texts.flatMap((text, index) =>
    texts.indexOf(text) < index ? [{ pointer: `${pointer}/${index}`, detail: "must differ from the other entries" }] : [],
  );
};
