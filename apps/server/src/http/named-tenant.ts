import type { Parts } from "./request-reader.ts";

/** The tenant that a request names in its path, its query or its body; the schemas have checked what is in the field. */
export const namedTenant = ({ params, query, body }: Pick<Parts, "params" | "query" | "body">): string | undefined =>
  tenantIn(params) ?? tenantIn(query) ?? tenantIn(body);

const tenantIn = (part: unknown): string | undefined => {
  const named: unknown = typeof part === "object" && part !== null ? Reflect.get(part, "tenant_id") : undefined;
  return typeof named === "string" ? named : undefined;
};
