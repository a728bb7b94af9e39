import type { Endpoint } from "@keywright/contract";
import type { FieldSchema } from "../http/field-words.ts";
import { exampleOf } from "./example-value.ts";

/** One request of the docs: what the code samples of every language are made from. */
export interface SampleCall {
  readonly method: string;
  readonly url: string;
  /** Header names with literal values, beside the credential. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Where a sample finds the server and the key that it calls it with. */
export const sampleServer = "http://127.0.0.1:4747";
export const sampleKeyVariable = "KEYWRIGHT_KEY";

/** The call of an endpoint with example ids in its path and its example as body. */
export const sampleCallOf = (row: Endpoint): SampleCall => ({
  method: row.method,
  url: `${sampleServer}${fillPath(row)}`,
  headers: row.idempotent === true ? { "Idempotency-Key": "order-4711" } : {},
  body: row.example,
});

/** The path with an example in place of each `{parameter}`. */
export const fillPath = ({ path, params }: Pick<Endpoint, "path" | "params">): string => {
  const { properties = {} } = (params ?? {}) as FieldSchema;
  return path.replace(/\{(\w+)\}/g, (_, name: string) => String(exampleOf(properties[name] ?? {})));
};
