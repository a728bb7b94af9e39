import type { Endpoint } from "@keywright/contract";
import type { TSchema } from "@keywright/contract/validation";
import type { FieldError } from "@keywright/core";
import type { FastifyRequest } from "fastify";
import type { FieldSchema } from "./field-words.ts";
import { readIdempotencyKey, readSingle } from "./header.ts";
import { checkEncoding, parseJsonBody } from "./json-body.ts";
import { carriesKey } from "./key-text.ts";
import { stepTo } from "./pointer.ts";
import type { Query } from "./query.ts";
import { refuseFaults } from "./refuse-faults.ts";
import { coerceTexts, compilePart, type PartCheck } from "./validate.ts";

/** What a handler reads of a request. The row's schemas have checked the first three; a part that the row does not have is undefined. */
export interface Parts {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly ifMatch: string | undefined;
  readonly idempotencyKey: string | undefined;
}

/** What is read: of the body, the bytes as they came. */
export type Readable = Pick<FastifyRequest, "raw" | "params" | "body">;

export type Reader = (request: Readable, query: Query) => Parts;

/** Reads and checks all parts of a request; what is wrong with any of them is answered together. */
export const createReader = (row: Endpoint): Reader => {
  const readParams = textReader(row.params);
  const readQuery = row.query === undefined ? refuseQuery : textReader(row.query);
  const checkBody = row.body === undefined ? undefined : compilePart(row.body);
  const mayCarryKeys = row.tag === "Verification";
  return ({ params, raw, body: bytes }, { values, faults }) => {
    const found: FieldError[] = [...faults];
    const body = checkBody === undefined ? undefined : readBody(checkBody, { raw, bytes, found, mayCarryKeys });
    const parts = {
      params: readParams(params as Readonly<Record<string, string>>, found),
      query: readQuery(values, found),
      body,
      ifMatch: readSingle(raw.headers, "if-match"),
      idempotencyKey: readIdempotencyKey(raw, row.idempotent === true, found),
    };
    refuseFaults(found);
    return parts;
  };
};

interface BodyPlace {
  readonly raw: FastifyRequest["raw"];
  readonly bytes: unknown;
  readonly found: FieldError[];
  readonly mayCarryKeys: boolean;
}

const readBody = (check: PartCheck, { raw, bytes, found, mayCarryKeys }: BodyPlace): unknown => {
  checkEncoding(raw.headers);
  const body = parseJsonBody(Buffer.isBuffer(bytes) ? bytes : undefined);
  found.push(...check(body), ...(mayCarryKeys ? [] : keysIn(body, "")));
  return body;
};

/** The fields that carry the text of a key where none belongs: it would be stored, or end in the audit log. */
const keysIn = (value: unknown, pointer: string): FieldError[] => {
  if (typeof value === "string") return carriesKey(value) ? [{ pointer, detail: "must not hold the text of a key" }] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, field]) => [...(carriesKey(name) ? keysIn(name, pointer) : []), ...keysIn(field, stepTo(pointer, name))]);
};

type TextReader = (texts: Readonly<Record<string, string>>, found: FieldError[]) => unknown;

const textReader = (schema: TSchema | undefined): TextReader => {
  if (schema === undefined) return () => undefined;
  const check = compilePart(schema);
  return (texts, found) => {
    const values = coerceTexts(schema as FieldSchema, texts);
    found.push(...check(values));
    return values;
  };
};

const refuseQuery: TextReader = (texts, found) => {
  for (const name of Object.keys(texts)) found.push({ pointer: stepTo("", name), detail: "is not known here: this call has no query parameters" });
  return undefined;
};
