import { type Endpoint, endpointIds, endpoints } from "@keywright/contract";
import { type TSchema, Type } from "@keywright/contract/validation";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FieldSchema } from "./field-words.ts";
import { compileWriter } from "./reply-writer.ts";

const writerOf = (schema: TSchema) => compileWriter(schema as FieldSchema);
const rows: readonly Endpoint[] = endpointIds.map((id) => endpoints[id]);
const replies = rows.flatMap((row) => Object.values(row.replies));

/** Values of a schema's shape, whatever its patterns and bounds say: those are the handlers' affair. */
const valuesOf = (schema: FieldSchema): fc.Arbitrary<unknown> => {
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map(valuesOf));
  if ("const" in schema) return fc.constant(schema.const);
  return (arbitraries[schema.type ?? ""] ?? (() => fc.jsonValue()))(schema);
};
const arbitraries: Readonly<Record<string, (schema: FieldSchema) => fc.Arbitrary<unknown>>> = {
  string: () => fc.string({ unit: "binary" }),
  integer: () => fc.integer(),
  number: () => fc.double({ noNaN: true, noDefaultInfinity: true }),
  boolean: () => fc.boolean(),
  null: () => fc.constant(null),
  array: ({ items }) => fc.array(valuesOf(items ?? {}), { maxLength: 3 }),
  object: ({ properties, patternProperties, required = [] }) =>
    properties === undefined
      ? fc.dictionary(fc.string(), valuesOf(Object.values(patternProperties ?? {})[0] ?? {}), { maxKeys: 3, noNullPrototype: true })
      : fc.record(Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, valuesOf(field)])), {
          requiredKeys: [...required],
          noNullPrototype: true,
        }),
};

describe("compileWriter", () => {
  it("writes what JSON.stringify would, for every reply of the contract", () => {
    const cases = fc.constantFrom(...replies).chain((schema) => fc.tuple(fc.constant(schema), valuesOf(schema as FieldSchema)));
    fc.assert(
      fc.property(cases, ([schema, value]) => {
        expect(JSON.parse(writerOf(schema)(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    [Type.Object({ a: Type.String() }), { a: "x", secret: 1 }, '{"a":"x"}'],
    [Type.Object({ a: Type.Union([Type.Object({ b: Type.Number() }), Type.Null()]) }), { a: { b: 1, secret: 1 } }, '{"a":{"b":1}}'],
    [Type.Object({ a: Type.Union([Type.Object({ b: Type.Number() }), Type.Null()]) }), { a: null, secret: 1 }, '{"a":null}'],
    [Type.Object({ a: Type.Array(Type.Object({})) }), { a: [{ secret: 1 }, {}] }, '{"a":[{},{}]}'],
    [Type.Object({ a: Type.Optional(Type.String()), b: Type.Boolean() }), { b: false }, '{"b":false}'],
    [Type.Object({ a: Type.Unknown() }), { a: { any: ["thing"] } }, '{"a":{"any":["thing"]}}'],
  ])("leaves out what is not declared: %#", (schema, value, text) => {
    expect(writerOf(schema)(value)).toBe(text);
  });

  it.each([
    [Type.Object({ a: Type.String() }), {}],
    [Type.Object({ a: Type.String() }), { a: 1 }],
    [Type.Object({ a: Type.String() }), { a: null }],
    [Type.Object({ a: Type.Number() }), { a: Number.NaN }],
    [Type.Object({ a: Type.Number() }), { a: "1" }],
    [Type.Object({ a: Type.Array(Type.String()) }), { a: "x" }],
    [Type.Object({ a: Type.Union([Type.String(), Type.Null()]) }), { a: 1 }],
    [Type.Object({ a: Type.Record(Type.String(), Type.Integer()) }), { a: [1] }],
    [Type.Object({}), null],
    [Type.Object({}), "x"],
  ])("throws where a reply is not as declared: %#", (schema, value) => {
    expect(() => writerOf(schema)(value)).toThrow("A reply is not as its schema declares it.");
  });
});
