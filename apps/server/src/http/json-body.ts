import { isAscii, isUtf8 } from "node:buffer";
import type { IncomingHttpHeaders } from "node:http";
import { AppError, type FieldError } from "@keywright/core";
import { stepTo } from "./pointer.ts";
import { refuseFaults } from "./refuse-faults.ts";

/** Faults that are listed at most. */
const maxFaults = 20;
const unsafeNames: readonly string[] = ["__proto__", "constructor"];
const charsetOf = /;\s*charset\s*=\s*"?([^\s";]+)/i;

/** Refuses a body that is not plain UTF-8 JSON, as far as its headers say so. */
export const checkEncoding = (headers: IncomingHttpHeaders): void => {
  const type = headers["content-type"];
  const charset = type === undefined || type === "application/json" ? undefined : charsetOf.exec(type)?.[1]?.toLowerCase();
  if (charset !== undefined && charset !== "utf-8" && charset !== "utf8" && charset !== "us-ascii") {
    throw new AppError("UNSUPPORTED_MEDIA_TYPE", { detail: "The body must be in UTF-8." });
  }
  const encoding = headers["content-encoding"];
  if (encoding !== undefined && encoding !== "identity") throw new AppError("UNSUPPORTED_MEDIA_TYPE", { detail: "Send the body without Content-Encoding." });
};

/** The body's JSON. Nothing at all counts as an object without fields, for the calls that need none. */
export const parseJsonBody = (bytes: Buffer | undefined): unknown => {
  if (bytes === undefined || bytes.length === 0) return {};
  const text = textOf(bytes);
  const value = parse(text);
  // Only an escape can bring in a NUL or a lone surrogate, and only these names reach a prototype: others need no second look.
  if (text.includes("\\u") || text.includes("__proto__") || text.includes("constructor")) refuseFaults(findFaults(value));
  return value;
};

/** Most bodies are ASCII, which is read in half the time. */
const textOf = (bytes: Buffer): string => {
  if (isAscii(bytes)) return bytes.toString("latin1");
  if (!isUtf8(bytes)) throw new AppError("INVALID_JSON", { detail: "The body is not valid UTF-8." });
  return bytes.toString("utf8");
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // The engine's own message quotes the body.
    throw new AppError("INVALID_JSON", { detail: "The body is not valid JSON." });
  }
};

interface Node {
  readonly value: unknown;
  readonly pointer: string;
}

/** Walks with a list of its own: a body of brackets alone is deeper than the call stack. */
const findFaults = (root: unknown): FieldError[] => {
  const faults: FieldError[] = [];
  const open: Node[] = [{ value: root, pointer: "" }];
  for (let node = open.pop(); node !== undefined && faults.length < maxFaults; node = open.pop()) {
    const { value, pointer } = node;
    if (typeof value === "string") {
      const detail = faultOfText(value);
      if (detail !== undefined) faults.push({ pointer, detail });
    } else if (Array.isArray(value)) {
      value.forEach((entry, index) => {
        open.push({ value: entry, pointer: `${pointer}/${index}` });
      });
    } else if (typeof value === "object" && value !== null) {
      pushFields(open, faults, { value, pointer });
    }
  }
  return faults;
};

const pushFields = (open: Node[], faults: FieldError[], parent: { readonly value: object; readonly pointer: string }): void => {
  for (const [name, value] of Object.entries(parent.value)) {
    const pointer = stepTo(parent.pointer, name);
    const detail = unsafeNames.includes(name) ? "is a name that no field may have" : faultOfText(name);
    if (detail === undefined) open.push({ value, pointer });
    else faults.push({ pointer, detail });
  }
};

/** Text that the store could not give back as it was. */
export const faultOfText = (text: string): string | undefined => {
  if (text.includes("\0")) return "must not contain the character NUL";
  return /\p{Surrogate}/u.test(text) ? "must not contain half of a surrogate pair" : undefined;
};
