import type { FieldSchema } from "../http/field-words.ts";

/** A value that one field must not have: where it stands, and what no answer may repeat of it. */
export interface BadInput {
  readonly why: string;
  /** Names and indexes from the part's top to the field. */
  readonly path: readonly (string | number)[];
  readonly value: unknown;
  /** Where the fault is to be reported, if elsewhere than at the field. */
  readonly pointer?: string;
}

/** Text that stands in no schema, so that an answer with it has repeated what was sent. */
export const marker = "Zm4rk3rZ";
const markedNumber = 987_654_321_987_654;

type Path = BadInput["path"];

/** Every way in which the fields of an object can be wrong, by its schema. */
export const badInputs = (schema: FieldSchema, path: Path = []): readonly BadInput[] =>
  schema.anyOf === undefined ? (wrongs[schema.type ?? ""]?.(schema, path) ?? []) : unionWrongs(schema.anyOf, path);

const at = (path: Path, why: string, value: unknown): BadInput => ({ path, why, value });

const unionWrongs = (branches: readonly FieldSchema[], path: Path): readonly BadInput[] => {
  const inner = branches.filter(({ type, properties }) => type === "object" && properties !== undefined);
  const numbers = branches.filter(({ type }) => type === "integer");
  return [
    at(path, "none of the branches", marker.repeat(200)),
    at(path, "a list", [marker]),
    ...[...inner, ...numbers].flatMap((branch) => badInputs(branch, path)),
  ];
};

const wrongs: Readonly<Record<string, (schema: FieldSchema, path: Path) => readonly BadInput[]>> = {
  string: ({ minLength = 0, maxLength, pattern, format }, path) => [
    at(path, "a number", markedNumber),
    at(path, "null", null),
    at(path, "an object", { [marker]: marker }),
    ...(minLength > 0 ? [at(path, "too short", "")] : []),
    ...(maxLength === undefined ? [] : [at(path, "too long", marker.repeat(maxLength))]),
    ...(pattern === undefined ? [] : [at(path, "not of the pattern", `\u0007${marker}`)]),
    ...(format === undefined ? [] : [at(path, "not of the format", marker)]),
    at(path, "a NUL", `${marker}\0`),
  ],
  integer: ({ minimum, maximum }, path) => [
    at(path, "text", marker),
    at(path, "a number as text", `${markedNumber}`),
    at(path, "a fraction", (minimum ?? 0) + 0.123454321),
    ...(minimum === undefined ? [] : [at(path, "too small", minimum - 1)]),
    ...(maximum === undefined ? [] : [at(path, "too large", maximum + markedNumber)]),
  ],
  boolean: (_schema, path) => [at(path, "text", marker), at(path, "a number", markedNumber)],
  array: ({ items = {}, maxItems, minItems = 0, uniqueItems }, path) => [
    at(path, "text", marker),
    ...(minItems > 0 ? [at(path, "too few", [])] : []),
    ...(maxItems === undefined
      ? []
      : [
          at(
            path,
            "too many",
            Array.from({ length: maxItems + 1 }, (_, index) => `${marker}${index}`),
          ),
        ]),
    ...(uniqueItems === true ? [{ ...at(path, "a repetition", ["send_email", "send_email"]), pointer: `${pointerOf(path)}/1` }] : []),
    ...badInputs(items, [...path, 0]),
  ],
  object: (schema, path) => [at(path, "text", marker), at(path, "a list", [marker]), ...memberWrongs(schema, path)],
};

const memberWrongs = ({ properties = {}, patternProperties, required = [] }: FieldSchema, path: Path): readonly BadInput[] => [
  ...required.map((name) => at([...path, name], "left out", undefined)),
  ...Object.entries(properties).flatMap(([name, field]) => badInputs(field, [...path, name])),
  ...(patternProperties === undefined
    ? [
        at([...path, "unexpected"], "an unknown field", marker),
        at([...path, "__proto__"], "a prototype", marker),
        at([...path, "constructor"], "a constructor", marker),
      ]
    : [at([...path, "not a name"], "a bad name", marker), at([...path, "nested"], "a nested value", { [marker]: marker })]),
];

export const pointerOf = (path: Path): string => path.map((step) => `/${step}`).join("");

/** A copy of `base` with the bad value in its place; a value of undefined is left out. */
export const withBadInput = (base: unknown, [step, ...rest]: Path, value: unknown): unknown => {
  if (step === undefined) return value;
  if (typeof step === "number") {
    const [first, ...others] = Array.isArray(base) ? base : [];
    return [withBadInput(first, rest, value), ...others];
  }
  const fields = typeof base === "object" && base !== null && !Array.isArray(base) ? base : {};
  const others = Object.entries(fields).filter(([name]) => name !== step);
  const changed = withBadInput((fields as Record<string, unknown>)[step], rest, value);
  return Object.fromEntries(changed === undefined ? others : [...others, [step, changed]]);
};
