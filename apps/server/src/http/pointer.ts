import { redactKeys } from "./key-text.ts";

const maxNameLength = 64;

/** One more step of a JSON pointer (RFC 6901). The name may be the caller's: bounded, and never a key. */
export const stepTo = (pointer: string, name: string | number): string => `${pointer}/${typeof name === "number" ? name : escapeName(name)}`;

const escapeName = (name: string): string => {
  const shown = name.length > maxNameLength ? `${name.slice(0, maxNameLength)}…` : name;
  return redactKeys(shown)
    .replace(/[^\x20-\x7e…]/g, "?")
    .replaceAll("~", "~0")
    .replaceAll("/", "~1");
};
