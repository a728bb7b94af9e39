import type { Methods } from "./generated/api.ts";
import { type Row, rows } from "./generated/rows.ts";
import { clientError } from "./keywright-error.ts";
import { type Page, readPages } from "./paged.ts";
import type { PlainRequest } from "./prepare-call.ts";

/** Calls an endpoint by its id. */
export type PlainCall = (id: string, request?: PlainRequest) => Promise<unknown>;

type Method = (...given: readonly unknown[]) => Promise<unknown>;

/** `keys.create(…)` and its like: one method a row of the table. */
export const createMethods = (call: PlainCall): Methods => {
  const groups: Record<string, Record<string, Method>> = {};
  for (const [id, row] of Object.entries(rows)) {
    const [, , , group, name] = row;
    if (group === "") continue;
    groups[group] ??= {};
    groups[group][name] = methodOf(call, id, row);
  }
  // The types are written from the same table.
  return groups as unknown as Methods;
};

const methodOf = (call: PlainCall, id: string, [, path, takes]: Row): Method => {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  const part = takes.includes("b") ? "body" : takes.includes("q") ? "query" : undefined;
  const toRequest = (given: readonly unknown[]): PlainRequest => {
    const params = Object.fromEntries(names.map((name, place) => [name, given[place]]));
    const [value, options] = part === undefined ? [undefined, given[names.length]] : given.slice(names.length);
    return { ...readOptions(options), params, ...(part !== undefined && value !== undefined && { [part]: value }) };
  };
  if (!takes.includes("p")) return async (...given) => call(id, toRequest(given));
  return (...given) => {
    const request = toRequest(given);
    const at = (cursor: string | undefined) => (cursor === undefined ? request : { ...request, query: { ...request.query, cursor } });
    return readPages((cursor) => call(id, at(cursor)) as Promise<Page<unknown>>);
  };
};

const optionNames: readonly string[] = ["signal", "ifMatch", "idempotencyKey"];

/** A body in the place of the options would be a call that does not do what it says. */
const readOptions = (options: unknown): PlainRequest => {
  if (options === undefined) return {};
  if (typeof options !== "object" || options === null || !Object.keys(options).every((name) => optionNames.includes(name))) {
    throw clientError("INVALID_CALL", `Options can be ${optionNames.join(", ")}.`);
  }
  return options;
};
