import { accountCalls } from "@keywright/contract";
import { accountEndpoints } from "@keywright/drivers";
import { expect, it } from "vitest";
import type { FieldSchema } from "../http/field-words.ts";

it("every call of accounts is documented with the fields that it takes, and no other is", () => {
  const documented = accountCalls.map(({ method, path, fields }) => {
    const { properties = {}, required = [] } = (fields ?? {}) as FieldSchema;
    return [`${method} ${path}`, Object.keys(properties).map((name) => (required.includes(name) ? name : `${name}?`))];
  });
  const served = accountEndpoints.map(({ method, path, fields }) => [`${method} ${path}`, Object.keys(fields)]);
  const inOrder = (calls: readonly unknown[][]) => calls.map(([call, fields]) => [call, [...(fields as string[])].sort()]).toSorted();
  expect(inOrder(documented)).toEqual(inOrder(served));
});
