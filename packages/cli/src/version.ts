import { readFileSync } from "node:fs";

/** The version of this package, from the file that is published beside both the sources and what is built of them. */
export const readVersion = (): string => {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { readonly version: string };
  return version;
};
