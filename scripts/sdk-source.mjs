/**
 * The SDK's view of the API, written from the endpoint table: types that stand alone, so that whoever installs the SDK installs nothing else, and one short
 * row an endpoint for the calls themselves.
 */
import { commonErrors, doorAnswers, endpointIds, endpoints, errors, refusalErrors, verdicts } from "../packages/contract/dist/index.js";

const pascal = (id) => id.replace(/(?:^|-)(\w)/g, (_, letter) => letter.toUpperCase());
const camel = (id) => id.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
const singular = (word) => word.replace(/ies$/, "y").replace(/s$/, "");
const quote = (text) => JSON.stringify(text);
const comment = (text) => text.replaceAll("*/", "* /");

/** What a schema means, apart from its words: schemas that mean the same share a name. */
const meaning = (schema) =>
  JSON.stringify(schema, (key, value) => (["description", "title", "examples", "default"].includes(key) && typeof value !== "object" ? undefined : value));

const repliesOf = (id) => Object.values(endpoints[id].replies);
const pageItem = (schema) => (schema.properties?.next_cursor === undefined ? undefined : schema.properties.data?.items);
const itemOf = (id) => pageItem(repliesOf(id)[0]);

/** Resources that several endpoints answer, by the endpoint that answers one of them. */
const resourceNames = () => {
  const named = [["verify-key", "Verification"]];
  for (const id of endpointIds) if (/^get-\w+$/.test(id)) named.push([id, id === "get-key" ? "ApiKey" : pascal(id.slice("get-".length))]);
  return named.filter(([id]) => endpoints[id].path.endsWith("}") || endpoints[id].params === undefined);
};

const collectNames = () => {
  const names = new Map();
  const give = (schema, name) => {
    if (schema?.properties !== undefined && !names.has(meaning(schema))) names.set(meaning(schema), name);
  };
  for (const [id, name] of resourceNames()) give(repliesOf(id)[0], name);
  for (const id of endpointIds) {
    const item = itemOf(id);
    if (item !== undefined) give(item, id === "list-audit-log" ? "AuditEntry" : pascal(singular(id.replace(/^list-/, ""))));
  }
  for (const id of endpointIds) {
    if (itemOf(id) === undefined && !isText(id)) give(repliesOf(id)[0], `${pascal(id)}Reply`);
  }
  return names;
};

const isOptional = (schema, name) => !(schema.required ?? []).includes(name);

const bracketed = (text) => (text.includes(" | ") ? `(${text})` : text);
const unionOf = (texts) => [...new Set(texts)].join(" | ");
const plainTypes = { string: "string", integer: "number", number: "number", boolean: "boolean", null: "null" };

/** TypeScript for a JSON Schema. What is sent may hold read-only lists and `undefined`; what is answered is the caller's own. */
const createWriter = (names, isSent) => {
  const readOnly = isSent ? "readonly " : "";
  const write = (schema) => (isSent ? undefined : names.get(meaning(schema))) ?? writeWhole(schema);
  const writeWhole = (schema) => {
    if (schema.const !== undefined) return quote(schema.const);
    if (schema.anyOf !== undefined) return unionOf(schema.anyOf.map(write));
    if (schema.type === "array") return `${readOnly}${bracketed(write(schema.items))}[]`;
    if (schema.patternProperties !== undefined) return recordOf(unionOf(Object.values(schema.patternProperties).map(write)));
    return schema.type === "object" ? objectOf(schema) : (plainTypes[schema.type] ?? "unknown");
  };
  const recordOf = (value) => (isSent ? `Readonly<Record<string, ${value}>>` : `Record<string, ${value}>`);
  const objectOf = (schema) => {
    const fields = Object.entries(schema.properties ?? {}).map(([name, one]) => fieldOf(name, one, isOptional(schema, name)));
    return fields.length === 0 ? "Record<string, never>" : `{ ${fields.join("; ")} }`;
  };
  const fieldOf = (name, schema, optional) => {
    const described = schema.description === undefined ? "" : `/** ${comment(schema.description)} */ `;
    const named = /^\w+$/.test(name) ? name : quote(name);
    return `${described}${readOnly}${named}${optional ? "?" : ""}: ${write(schema)}${isSent && optional ? " | undefined" : ""}`;
  };
  return { write, writeWhole };
};

/** `/api/v1/platform/api-keys/{key_id}/usage` belongs to `keys`; verification has its own method, which sends batches. */
const placeOf = (id) => {
  const segment = endpoints[id].path
    .replace(/^\/api\/v1\/(?:platform\/)?/, "")
    .split("/")[0]
    .replace(/^api-/, "");
  const owned = new Set([segment, singular(segment), ...segment.split("-"), ...segment.split("-").map(singular)]);
  const words = id.split("-").filter((word) => !owned.has(word));
  return { group: camel(segment), name: camel(words.join("-")) };
};

const hasMethod = (id) => !endpoints[id].path.startsWith("/api/v1/verify");
const methodIds = () => endpointIds.filter(hasMethod);
const pathNames = (id) => [...endpoints[id].path.matchAll(/\{(\w+)\}/g)].map(([, name]) => camel(name.replaceAll("_", "-")));
const needs = (schema) => (schema.required ?? []).length > 0;

const optionsOf = ({ idempotent, method }) => (idempotent === true ? "IdempotentCallOptions" : method === "PATCH" ? "ChangeOptions" : "CallOptions");

const signatureOf = (id) => {
  const row = endpoints[id];
  const part = row.body === undefined ? (row.query === undefined ? undefined : "query") : "body";
  const given = part && `${part}${needs(row[part]) ? "" : "?"}: Calls[${quote(id)}]["${part}"]`;
  const parameters = [...pathNames(id).map((name) => `${name}: string`), ...(given ? [given] : []), `options?: ${optionsOf(row)}`];
  const item = itemOf(id);
  const reply = item === undefined ? `Promise<Calls[${quote(id)}]["reply"]>` : `Paged<Calls[${quote(id)}]["reply"]["data"][number]>`;
  return `    /** ${comment(row.doc)} Needs \`${row.permission}\`. */\n    readonly ${placeOf(id).name}: (${parameters.join(", ")}) => ${reply};`;
};

/** What may come as CSV, or whole as JSON, is handed over as the text that it is. */
const isText = (id) => endpoints[id].streams !== undefined && !isLines(id);
const isLines = (id) => endpoints[id].streams?.[0] === "application/x-ndjson";

const flagsOf = (id) => {
  const { body, query, idempotent } = endpoints[id];
  return [
    isText(id) && "t",
    isLines(id) && "l",
    body !== undefined && "b",
    query !== undefined && "q",
    idempotent === true && "i",
    itemOf(id) !== undefined && "p",
  ]
    .filter(Boolean)
    .join("");
};

const rowOf = (id) => {
  const { method, path } = endpoints[id];
  const { group, name } = hasMethod(id) ? placeOf(id) : { group: "", name: "" };
  return `  ${quote(id)}: [${[method, path, flagsOf(id), group, name].map(quote).join(", ")}],`;
};

const replyOf = (id, answered) => {
  if (isText(id)) return "string";
  const reply = unionOf(repliesOf(id).map(answered));
  return isLines(id) ? `AsyncIterable<${reply}>` : reply;
};

const callOf = (id, { sent, answered }) => {
  const { params, query, body, idempotent } = endpoints[id];
  const parts = Object.entries({ params, query, body }).filter(([, schema]) => schema !== undefined);
  const reply = replyOf(id, answered);
  const errorCodes = [...new Set([...commonErrors, ...endpoints[id].errors])].map(quote).join(" | ");
  return [
    `  /** ${comment(endpoints[id].doc)} */`,
    `  readonly ${quote(id)}: {`,
    ...parts.map(([name, schema]) => `    readonly ${name}: ${sent(schema)};`),
    `    readonly reply: ${reply};`,
    `    readonly error: ${errorCodes};`,
    ...(idempotent === true ? ["    readonly idempotent: true;"] : []),
    "  };",
  ].join("\n");
};

const groupsOf = () => {
  const groups = new Map();
  for (const id of methodIds()) {
    const { group, name } = placeOf(id);
    const found = groups.get(group) ?? groups.set(group, new Map()).get(group);
    if (name === "" || found.has(name)) throw new Error(`${id} has no method name of its own in ${group}: ${name}`);
    found.set(name, id);
  }
  return [...groups].map(([group, methods]) => `  readonly ${group}: {\n${[...methods.values()].map(signatureOf).join("\n")}\n  };`);
};

/** Problems that a door answers: RFC 9457 title and detail, by code. */
const doorCodes = ["UNAUTHENTICATED", "UNAVAILABLE", ...new Set(Object.values(refusalErrors))];

const note = "// Generated from the endpoint table by `npm run docs`.\n";

const typesSource = () => {
  const names = collectNames();
  const answered = createWriter(names, false);
  const writers = { sent: createWriter(names, true).write, answered: answered.write };
  const declarations = [...names].map(([schema, name]) => `export type ${name} = ${answered.writeWhole(JSON.parse(schema))};`);
  return [
    note,
    `import type { CallOptions, ChangeOptions, IdempotentCallOptions } from "../call-types.ts";\nimport type { Paged } from "../paged.ts";\n`,
    `/** Codes of Keywright's problem documents. */\nexport type ErrorCode = ${Object.keys(errors).map(quote).join(" | ")};\n`,
    `/** What a verification comes to; the first that applies, in this order after VALID. */\nexport type Verdict = ${verdicts.map(quote).join(" | ")};\n`,
    ...declarations,
    `\nexport interface Calls {\n${endpointIds.map((id) => callOf(id, writers)).join("\n")}\n}\n`,
    `/** The API's methods: path parameters in their order, then the body, or the query of a call that has none, then options. */\nexport interface Methods {\n${groupsOf().join("\n")}\n}\n`,
  ].join("\n");
};

const rowsSource = () =>
  [
    note,
    "/** Method, path, what it takes (b: body, q: query, i: idempotency key, p: answers pages, t: answers text, l: answers lines as they come), and the method's group and name. */",
    "export type Row = readonly [method: string, path: string, takes: string, group: string, name: string];\n",
    `export const rows: Readonly<Record<string, Row>> = {\n${endpointIds.map(rowOf).join("\n")}\n};\n`,
    `export const knownErrors = ${quote(Object.keys(errors).join(" "))};\n`,
  ].join("\n");

const doorSource = () =>
  [
    note,
    `import type { ErrorCode, Verdict } from "./api.ts";\n`,
    `interface DoorProblem {\n  readonly title: string;\n  readonly detail: string;\n}\n`,
    "/** What a door tells an end client, by code. */",
    `export const doorProblems: Readonly<Partial<Record<ErrorCode, DoorProblem>>> = {\n${doorCodes.map((code) => `  ${code}: { title: ${quote(errors[code].title)}, detail: ${quote(errors[code].doc)} },`).join("\n")}\n};\n`,
    "/** What a door answers to each verdict: HTTP status and code. */",
    `export const doorAnswers: Readonly<Record<Verdict, readonly [status: number, code: ErrorCode | null]>> = {\n${verdicts.map((verdict) => `  ${verdict}: [${doorAnswers[verdict].status}, ${refusalErrors[verdict] === undefined ? "null" : quote(refusalErrors[verdict])}],`).join("\n")}\n};\n`,
  ].join("\n");

export const sdkSources = () => ({
  "packages/sdk/src/generated/api.ts": typesSource(),
  "packages/sdk/src/generated/rows.ts": rowsSource(),
  "packages/sdk/src/generated/door.ts": doorSource(),
});
