import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { FieldError } from "@keywright/core";

/** A header's text; Node joins most repeated ones with a comma. */
export const readSingle = (headers: IncomingHttpHeaders, name: string): string | undefined => {
  const value = headers[name];
  return Array.isArray(value) ? value.join(", ") : value;
};

const countHeader = (rawHeaders: readonly string[], name: string): number => {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i]?.length === name.length && rawHeaders[i]?.toLowerCase() === name) count++;
  return count;
};

const printable = /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/;

/** The `Idempotency-Key` of a call that knows repetitions; a fault is added where it is malformed, or the call does not know them. */
export const readIdempotencyKey = (request: Pick<IncomingMessage, "headers" | "rawHeaders">, isKnown: boolean, found: FieldError[]): string | undefined => {
  const text = readSingle(request.headers, "idempotency-key");
  if (text === undefined) return undefined;
  const pointer = "/headers/idempotency-key";
  if (!isKnown) found.push({ pointer, detail: "is not accepted here: this call keeps no answers to repeat" });
  else if (countHeader(request.rawHeaders, "idempotency-key") > 1) found.push({ pointer, detail: "must be sent once" });
  else if (!printable.test(text)) found.push({ pointer, detail: "must be 1 to 255 printable ASCII characters" });
  return text;
};
