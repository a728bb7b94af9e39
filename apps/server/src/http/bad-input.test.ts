import { type Endpoint, endpointIds, endpoints } from "@keywright/contract";
import { describe, expect, it } from "vitest";
import { exampleOf } from "../docs/example-value.ts";
import { fillPath } from "../docs/sample-call.ts";
import { type BadInput, badInputs, marker, pointerOf, withBadInput } from "../testing/bad-input.ts";
import { createStubApp, rootKey } from "../testing/stub-app.ts";
import type { FieldSchema } from "./field-words.ts";

/** Whether a bad value is still one when it is written as text: a number for a text is not. */
const staysBad = ({ value, why }: BadInput): boolean => typeof value === "string" || (typeof value === "number" && why !== "a number");

const { app, lines } = createStubApp();
const authorized = { authorization: `Bearer ${rootKey}` };
const rows: readonly (readonly [string, Endpoint])[] = endpointIds.map((id) => [id, endpoints[id]]);
const withBody = rows.filter(([, row]) => row.body !== undefined);
const withQuery = rows.filter(([, row]) => row.query !== undefined);

const send = (row: Endpoint, { query = "", body }: { readonly query?: string; readonly body?: unknown }) =>
  app.inject({
    method: row.method,
    url: `${fillPath(row)}${query}`,
    headers: authorized,
    ...(body !== undefined && { headers: { ...authorized, "content-type": "application/json" }, payload: JSON.stringify(body) }),
  });

const expectRefusal = (answer: Awaited<ReturnType<typeof send>>, bad: BadInput): void => {
  const { pointer, why } = { pointer: pointerOf(bad.path), ...bad };
  const text = answer.body;
  expect(answer.statusCode, `${pointer} ${why}: ${text}`).toBe(400);
  const problem = answer.json();
  expect(problem).toMatchObject({ code: "INVALID_REQUEST", status: 400 });
  const pointers = problem.errors.map((entry: { pointer: string }) => entry.pointer);
  expect(pointers, `${pointer} ${why}`).toContain(pointer);
  for (const { detail } of problem.errors) expect(detail).toMatch(/^(must|is) /);
  expect(text).not.toContain(marker);
  expect(text).not.toContain("987654321");
  expect(text).not.toContain("123454321");
};

describe.each(withBody)("a body of %s", (_id, row) => {
  const base = exampleOf(row.body as FieldSchema);

  it("is taken where every field is right", async () => {
    expect((await send(row, { body: base })).statusCode).toBeLessThan(300);
  });

  it("is refused with 400 for each field that is wrong, naming it and not repeating it", async () => {
    const all = badInputs(row.body as FieldSchema);
    expect(all.length).toBeGreaterThan(3);
    for (const bad of all) expectRefusal(await send(row, { body: withBadInput(base, bad.path, bad.value) }), bad);
  });
});

describe.each(withQuery)("a query of %s", (_id, row) => {
  const { properties = {} } = row.query as FieldSchema;

  it("is taken where every parameter is right", async () => {
    const pairs = Object.entries(exampleOf(row.query as FieldSchema) as object).map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
    const answer = await send(row, { query: `?${pairs.join("&")}` });
    expect(answer.statusCode, answer.body).toBeLessThan(300);
  });

  it("is refused with 400 for each parameter that is wrong, naming it and not repeating it", async () => {
    const faults = Object.entries(properties)
      .flatMap(([name, field]) => badInputs(field, [name]))
      .filter(staysBad);
    expect(faults.length).toBeGreaterThan(0);
    for (const bad of faults) expectRefusal(await send(row, { query: `?${bad.path[0]}=${encodeURIComponent(String(bad.value))}` }), bad);
  });

  it("is refused with 400 for an unknown, a repeated and an undecodable parameter", async () => {
    const name = Object.keys(properties)[0] ?? "";
    for (const [query, pointer] of [
      [`?unexpected=${marker}`, "/unexpected"],
      [`?__proto__=${marker}`, "/__proto__"],
      [`?constructor=${marker}`, "/constructor"],
      [`?${name}=${marker}&${name}=${marker}`, `/${name}`],
      [`?${name}=%ff${marker}`, `/${name}`],
    ] as const) {
      expectRefusal(await send(row, { query }), { why: query, path: [pointer.slice(1)], value: marker });
    }
  });
});

describe.each(rows.filter(([, row]) => row.query === undefined))("a query of %s, which has none", (_id, row) => {
  it("is refused with 400", async () => {
    const body = row.body === undefined ? undefined : exampleOf(row.body as FieldSchema);
    expectRefusal(await send(row, { query: `?unexpected=${marker}`, body }), { why: "no query", path: ["unexpected"], value: marker });
  });
});

describe.each(rows.filter(([, row]) => row.params !== undefined))("the path of %s", (_id, row) => {
  const names = Object.keys((row.params as FieldSchema).properties ?? {});

  it.each(["x", marker, "key_short", "%00", "%F0%9F%98%80", "a".repeat(200)])("is refused with 400 for the id %s", async (text) => {
    const path = row.path.replace(/\{\w+\}/g, text);
    const answer = await app.inject({ method: row.method, url: path, headers: authorized });
    expectRefusal(answer, { why: text, path: [names[0] ?? ""], value: marker });
  });

  it.each(["%ff", "%", "%zz"])("is refused with 400 for the undecodable id %s", async (text) => {
    const answer = await app.inject({ method: row.method, url: row.path.replace(/\{\w+\}/g, text) });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: "INVALID_REQUEST" });
  });
});

it("leaves nothing of a bad value in the log", () => {
  const text = lines.join("");
  expect(text).toContain("request refused");
  expect(text).not.toContain(marker);
  expect(text).not.toContain("987654321");
});
