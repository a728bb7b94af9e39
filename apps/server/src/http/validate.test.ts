import { type Endpoint, endpointIds, endpoints } from "@keywright/contract";
import { type TSchema, Type, Value } from "@keywright/contract/validation";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exampleOf } from "../docs/example-value.ts";
import { badInputs, withBadInput } from "../testing/bad-input.ts";
import { explainFields } from "./explain-fields.ts";
import { describeFormat, describePattern, type FieldSchema } from "./field-words.ts";
import { coerceTexts, compilePart } from "./validate.ts";

const rows: readonly Endpoint[] = endpointIds.map((id) => endpoints[id]);
const parts = rows.flatMap(({ body, query, params }) => [body, query, params]).filter((part): part is TSchema => part !== undefined);
const isLeaf = (schema: FieldSchema, value: unknown) => Value.Check(schema as TSchema, value);

const schemasIn = (value: unknown): readonly FieldSchema[] => {
  if (typeof value !== "object" || value === null) return [];
  return [value as FieldSchema, ...Object.values(value).flatMap(schemasIn)];
};

describe("compilePart", () => {
  it("accepts what the explanation finds no fault in, and nothing else, for any value and any schema of the contract", () => {
    const near = fc.constantFrom(...parts).chain((schema) => {
      const bad = badInputs(schema as FieldSchema);
      const base = exampleOf(schema as FieldSchema);
      const mutated = bad.length === 0 ? fc.constant(base) : fc.constantFrom(...bad).map(({ path, value }) => withBadInput(base, path, value));
      return fc.tuple(fc.constant(schema), fc.oneof(mutated, fc.constant(base), fc.jsonValue()));
    });
    fc.assert(
      fc.property(near, ([schema, value]) => {
        const faults = explainFields(isLeaf, { schema: schema as FieldSchema, value, pointer: "" });
        const found = compilePart(schema)(value);
        expect(found).toEqual(faults.slice(0, 50));
        expect(found).not.toContainEqual({ pointer: "", detail: "is not valid" });
      }),
      { numRuns: 1000 },
    );
  });

  it("lets a record hold only names of its pattern", () => {
    const check = compilePart(Type.Object({ notes: Type.Record(Type.String({ pattern: "^[A-Za-z0-9_.-]{1,64}$" }), Type.Number()) }));
    expect(check({ notes: { a: 1 } })).toEqual([]);
    expect(check({ notes: { "a b": [] } })).toEqual([{ pointer: "/notes/a b", detail: "must have a name of 1 to 64 letters, digits or _ . -" }]);
  });

  it.each(["2030-01-31T12:00:00Z", "2030-01-31T12:00:00.123456Z", "2024-02-29T00:00:00+02:00", "2030-01-31t12:00:00z"])("takes %s for a time", (text) => {
    expect(compilePart(Type.String({ format: "date-time" }))(text)).toEqual([]);
  });

  it.each([
    "2030-02-30T12:00:00Z",
    "2030-01-31",
    "2030-01-31T12:00:00",
    "2030-13-01T00:00:00Z",
    "2030-01-31T24:01:00Z",
    "2016-12-31T23:59:60Z",
    "2030-01-31T12:00:00Z[Europe/Paris]",
    "1",
  ])("does not take %s for a time", (text) => {
    expect(compilePart(Type.String({ format: "date-time" }))(text)).toHaveLength(1);
  });
});

describe("the words", () => {
  it("name every pattern and format of the contract's requests", () => {
    const all = parts.flatMap(schemasIn);
    const patterns = new Set(
      all.flatMap(({ pattern, patternProperties = {} }) => [...(typeof pattern === "string" ? [pattern] : []), ...Object.keys(patternProperties)]),
    );
    const formats = new Set(all.flatMap(({ format }) => (typeof format === "string" ? [format] : [])));
    expect([...patterns].filter((pattern) => describePattern(pattern) === undefined)).toEqual([]);
    expect([...formats].filter((format) => describeFormat(format) === undefined)).toEqual([]);
  });

  it.each([
    [Type.Integer({ minimum: 1, maximum: 365 }), "must be a whole number from 1 to 365"],
    [Type.Union([Type.Literal("live"), Type.Literal("test")]), "must be one of live, test"],
    [Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]), "must be a whole number of at least 1 or null"],
    [Type.String({ minLength: 1, maxLength: 100, pattern: "^[^\\u0000-\\u001f\\u007f]*$" }), "must be text of 1 to 100 characters, without control characters"],
    [Type.String({ pattern: "^ten_[0-9A-Za-z]{22}$" }), "must be an id: ten_ and 22 letters or digits"],
    [Type.String({ format: "email", minLength: 3, maxLength: 254 }), "must be an e-mail address of 3 to 254 characters"],
    [Type.Array(Type.String(), { minItems: 1, maxItems: 50 }), "must be a list of 1 to 50 entries"],
    [Type.Boolean(), "must be true or false"],
  ])("say what is allowed: %#", (schema, detail) => {
    expect(compilePart(schema)({})).toEqual([{ pointer: "", detail }]);
  });

  it("say which fields an empty change may have", () => {
    const schema = Type.Object({ name: Type.Optional(Type.String()), tier: Type.Optional(Type.String()) }, { additionalProperties: false, minProperties: 1 });
    expect(compilePart(schema)({})).toEqual([{ pointer: "", detail: "must have at least one of the fields name, tier" }]);
  });

  it("are bounded, however many faults there are", () => {
    const schema = Type.Object({}, { additionalProperties: false });
    expect(compilePart(schema)(Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`x${index}`, 1])))).toHaveLength(50);
  });
});

describe("coerceTexts", () => {
  const schema = Type.Object({ n: Type.Integer(), b: Type.Boolean(), s: Type.String() }) as FieldSchema;
  it.each([
    [{ n: "12" }, { n: 12 }],
    [{ n: "-1" }, { n: -1 }],
    [{ n: "1.5" }, { n: "1.5" }],
    [{ n: "0x10" }, { n: "0x10" }],
    [{ n: "1e3" }, { n: "1e3" }],
    [{ n: "007" }, { n: "007" }],
    [{ n: "" }, { n: "" }],
    [{ n: " 1" }, { n: " 1" }],
    [{ b: "true" }, { b: true }],
    [{ b: "false" }, { b: false }],
    [{ b: "1" }, { b: "1" }],
    [{ s: "12" }, { s: "12" }],
    [{ other: "12" }, { other: "12" }],
  ])("reads %j as %j", (texts, values) => {
    expect(coerceTexts(schema, texts as unknown as Record<string, string>)).toEqual(values);
  });
});
