import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** A Lua script, and the name that Redis calls it by. */
export interface Script {
  readonly text: string;
  readonly sha: string;
}

const read = (name: string): Script => {
  const text = readFileSync(new URL(`./${name}.lua`, import.meta.url), "utf8");
  return { text, sha: createHash("sha1").update(text).digest("hex") };
};

export const scripts = {
  spend: read("spend"),
  announce: read("announce"),
  take: read("take"),
  confirm: read("confirm"),
  touch: read("touch"),
  mark: read("mark"),
} as const satisfies Record<string, Script>;
