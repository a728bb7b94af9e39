import { accountCalls, accountsBase, type Endpoint, endpointIds, endpoints, errorCodes } from "@keywright/contract";
import { describe, expect, it } from "vitest";
import type { CodeSample } from "./code-samples.ts";
import { createOpenApi } from "./openapi.ts";
import { fillPath } from "./sample-call.ts";

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly { readonly name?: string; readonly in?: string; readonly $ref?: string }[];
  readonly security?: readonly Readonly<Record<string, unknown>>[];
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
  readonly "x-codeSamples"?: readonly CodeSample[];
}

const document = createOpenApi({ version: "1.2.3" });
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation: operation as Operation })),
);
const find = (id: string) => operations.find(({ operation }) => operation.operationId === id);

const refsIn = (value: unknown): readonly string[] => {
  if (typeof value !== "object" || value === null) return [];
  const own = "$ref" in value && typeof value.$ref === "string" ? [value.$ref] : [];
  return [...own, ...Object.values(value).flatMap(refsIn)];
};
const resolveRef = (ref: string): unknown =>
  ref
    .slice(2)
    .split("/")
    .reduce<unknown>((node, name) => (node as Record<string, unknown> | undefined)?.[name], document);

describe("createOpenApi", () => {
  it("names its version and that of OpenAPI", () => {
    expect(document).toMatchObject({ openapi: "3.1.0", info: { title: "Keywright API", version: "1.2.3" } });
  });

  it("has every row of the table at its path and method, once", () => {
    for (const id of endpointIds) expect(find(id)).toMatchObject({ path: endpoints[id].path, method: endpoints[id].method });
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("has the doors that stand beside the table", () => {
    expect(find("forward-auth")?.path).toBe("/api/v1/forward-auth");
    expect([find("get-health")?.path, find("get-readiness")?.path, find("get-metrics")?.path]).toEqual(["/healthz", "/readyz", "/metrics"]);
  });

  it("refers to nothing that is not there", () => {
    const refs = [...new Set(refsIn(document))];
    expect(refs.length).toBeGreaterThan(50);
    expect(refs.filter((ref) => !ref.startsWith("#/") || resolveRef(ref) === undefined)).toEqual([]);
  });

  it("uses every component that it has, but for the error that belongs to no call", () => {
    const refs = new Set(refsIn(document));
    const kinds = Object.entries(document.components).filter(([kind]) => kind !== "securitySchemes");
    const all = kinds.flatMap(([kind, entries]) => Object.keys(entries).map((name) => `#/components/${kind}/${name}`));
    expect(Object.keys(document.components["examples"] ?? {})).toEqual(errorCodes);
    expect(all.filter((name) => !refs.has(name))).toEqual(["#/components/examples/METHOD_NOT_ALLOWED"]);
  });

  it("declares each parameter of a path, and no other", () => {
    for (const { path, operation } of operations) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect((operation.parameters ?? []).filter((parameter) => parameter.in === "path").map(({ name }) => name)).toEqual(inPath);
    }
  });

  it("asks for a credential it has described, except where none is needed", () => {
    const schemes = Object.keys(document.components["securitySchemes"] ?? {});
    for (const { operation } of operations) for (const need of operation.security ?? []) expect(schemes).toContain(Object.keys(need)[0]);
    expect(operations.filter(({ operation }) => operation.security?.length === 0).map(({ path }) => path)).toEqual([
      ...accountCalls.filter(({ needsSession }) => !needsSession).map(({ path }) => accountsBase + path),
      ...["/healthz", "/readyz"],
    ]);
  });

  it("offers Idempotency-Key and If-Match where they are honoured, and only there", () => {
    const parameterRefs = (id: string) => find(id)?.operation.parameters?.flatMap(({ $ref }) => ($ref === undefined ? [] : [$ref])) ?? [];
    const idempotent = endpointIds.filter((id) => parameterRefs(id).includes("#/components/parameters/IdempotencyKey"));
    expect(idempotent).toEqual(endpointIds.filter((id) => "idempotent" in endpoints[id]));
    expect(endpointIds.filter((id) => parameterRefs(id).includes("#/components/parameters/IfMatch"))).toEqual([
      "update-key",
      "regenerate-key",
      "update-tenant",
      "update-settings",
    ]);
  });

  it("answers every table row's errors as problems", () => {
    for (const id of endpointIds) {
      const responses = find(id)?.operation.responses ?? {};
      for (const [status, response] of Object.entries(responses)) {
        const row: Endpoint = endpoints[id];
        expect(Object.keys(response.content ?? {})).toContain(Number(status) < 300 ? (row.streams?.[0] ?? "application/json") : "application/problem+json");
      }
      expect(Object.keys(responses)).toEqual(expect.arrayContaining(["400", "401", "403", "429", "500", "503"]));
    }
  });

  it("has for each call a sample in each language that names its method and path", () => {
    for (const id of endpointIds) {
      const samples = find(id)?.operation["x-codeSamples"] ?? [];
      expect(samples.map(({ label }) => label)).toEqual(["curl", "JavaScript", "Python", "Go", "PHP"]);
      for (const { source, label } of samples) {
        expect(source).toContain(fillPath(endpoints[id]));
        if (!(label === "curl" && endpoints[id].method === "GET")) expect(source).toContain(endpoints[id].method);
      }
    }
  });

  it("is plain JSON without anything of the schema library's own", () => {
    expect(JSON.stringify(document)).not.toContain('"~');
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });
});
