import { resolve } from "node:path";
import { ConfigError } from "./config-error.ts";

/** Where the flag `enable-api-key-management` is turned; the same shapes as the driver's. */
export type FlagSource =
  | { readonly type: "environment" }
  | { readonly type: "file"; readonly file: string }
  | { readonly type: "server"; readonly url: string };

/** Every name, with what it is for. */
export const flagSettings = {
  KEYWRIGHT_API_KEY_MANAGEMENT:
    "on or off: the flag enable-api-key-management, or where a flag file or a flag server is set, what holds while that is out of reach or says nothing. Default on.",
  KEYWRIGHT_FLAGS_FILE:
    "Flags in flagd's JSON format, by tenant (targetingKey) if wanted. A change is in force within 2 seconds. Default: KEYWRIGHT_API_KEY_MANAGEMENT holds for everyone.",
  KEYWRIGHT_FLAGS_URL:
    "flagd, or another server of the OpenFeature Remote Evaluation Protocol: http://flagd:8016. It is asked for each tenant, for 250 ms at most; answers serve for 2 seconds. Default none.",
} as const;
type FlagSetting = keyof typeof flagSettings;

type Get = (name: FlagSetting) => string | undefined;

export const readFlagSource = (get: Get, cwd: string): FlagSource => {
  const [file, url] = [get("KEYWRIGHT_FLAGS_FILE"), get("KEYWRIGHT_FLAGS_URL")];
  if (file !== undefined && url !== undefined) throw new ConfigError("KEYWRIGHT_FLAGS_FILE and KEYWRIGHT_FLAGS_URL are both set: set one of them.");
  if (file !== undefined) return { type: "file", file: resolve(cwd, file) };
  return url === undefined ? { type: "environment" } : { type: "server", url: readUrl(url) };
};

/** What is wrong with an address is said without it: a password may be in it. */
const readUrl = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url !== undefined && url.username === "" && url.password === "" && url.search === "" && url.hash === "";
  if (!isPlain || !["http:", "https:"].includes(url.protocol))
    throw new ConfigError("KEYWRIGHT_FLAGS_URL must be an address such as http://flagd:8016, without a user, a password or a query.");
  return text;
};

/** For a person. */
export const placeOf = (source: FlagSource): string => {
  if (source.type === "environment") return "KEYWRIGHT_API_KEY_MANAGEMENT";
  return source.type === "file" ? source.file : source.url;
};
