import { type Endpoint, endpointIds, endpoints } from "@keywright/contract";
import { type TSchema, Value } from "@keywright/contract/validation";
import { describe, expect, it } from "vitest";
import type { FieldSchema } from "../http/field-words.ts";
import { exampleOf } from "./example-value.ts";

const rows: readonly (readonly [string, Endpoint])[] = endpointIds.map((id) => [id, endpoints[id]]);

describe("exampleOf", () => {
  it.each(rows)("satisfies every schema of %s", (_id, row) => {
    const schemas = [row.params, row.query, row.body, ...Object.values(row.replies)].filter((schema): schema is TSchema => schema !== undefined);
    for (const schema of schemas) expect(Value.Errors(schema, exampleOf(schema as FieldSchema))).toEqual([]);
  });

  it.each(rows.filter(([, row]) => row.body !== undefined))("is not needed for the body of %s: the table has one that works", (_id, row) => {
    if (row.body !== undefined) expect(Value.Errors(row.body, row.example)).toEqual([]);
  });
});
