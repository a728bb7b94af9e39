import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Policy } from "@keywright/core";
import { parseAddressRange } from "./address-range.ts";
import { ConfigError } from "./config-error.ts";
import { type EngineAddresses, engineSettings, readEngineAddresses, secretSettings } from "./engine-settings.ts";
import { type FlagSource, flagSettings, readFlagSource } from "./flag-settings.ts";
import { jwtSettings, readTokenIssuer, type TokenIssuer } from "./jwt-settings.ts";
import { oidcSettings, readSignInIssuer, type SignInIssuer } from "./oidc-settings.ts";
import { defaultPolicy, PolicyError, parsePolicy } from "./policy.ts";
import { type LogLevel, logLevels } from "./telemetry/logger.ts";
import { readTraceSettings, type TraceSettings, traceSettings } from "./trace-settings.ts";

/** Everything that the environment decides. Secret values are in `masterKey` and the engines' addresses. */
export interface Config extends EngineAddresses {
  readonly port: number;
  readonly host: string;
  /** Absolute path. */
  readonly dataDir: string;
  /** Base64 of 32 bytes; undefined: a file in the data folder. */
  readonly masterKey: string | undefined;
  readonly policy: Policy;
  /** Canonical CIDR ranges of proxies whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  readonly logLevel: LogLevel;
  /** The flag `enable-api-key-management`, where `flagSource` says nothing. */
  readonly isKeyManagementEnabled: boolean;
  readonly flagSource: FlagSource;
  /** Whose tokens are taken; undefined: nobody's. */
  readonly tokenIssuer: TokenIssuer | undefined;
  /** By which provider people may sign in; undefined: with passwords alone. */
  readonly signInIssuer: SignInIssuer | undefined;
  /** Records that are kept in memory at most. */
  readonly cacheRecords: number;
  /** Where people reach the server, without a slash at the end; undefined: by the address that it listens on. */
  readonly publicUrl: string | undefined;
  /** Whether anybody may open an account. */
  readonly isSignUpOpen: boolean;
  /** Who mails are from. */
  readonly mailFrom: string;
  /** The address of the operator's account that a first start makes. */
  readonly operatorEmail: string;
  /** How often the rules of alerts are looked at. */
  readonly alertSeconds: number;
  /** Whether webhooks may go to private addresses, and by plain HTTP. */
  readonly isWebhookPrivateAllowed: boolean;
  /** Where `/metrics` is; undefined: nowhere. */
  readonly metricsPort: number | undefined;
  /** undefined: nothing is traced. */
  readonly tracing: TraceSettings | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Every name that the server reads, with what it is for. */
export const settings = {
  ...engineSettings,
  PORT: "Port to listen on, 0 to 65535; 0 takes a free one. Default 4747.",
  HOST: "Address to listen on. Default 127.0.0.1.",
  KEYWRIGHT_DATA_DIR: "Folder of the embedded engines. Default ./.keywright.",
  KEYWRIGHT_MASTER_KEY: "Base64 of 32 bytes, by which secrets are sealed. Default: a file in the data folder, made on the first start.",
  KEYWRIGHT_MASTER_KEY_FILE: "File that holds the master key.",
  KEYWRIGHT_CONFIG: "The policy file. Default ./keywright.config.json, if there is one.",
  KEYWRIGHT_TRUSTED_PROXIES: "Addresses or CIDR ranges, with commas between, of proxies whose X-Forwarded-For is believed. Default none.",
  KEYWRIGHT_LOG_LEVEL: `One of ${logLevels.join(", ")}. Default info.`,
  ...flagSettings,
  ...jwtSettings,
  ...oidcSettings,
  KEYWRIGHT_PUBLIC_URL:
    "Where people reach the server, such as https://keys.example.com: for links in mails, for cookies (by TLS alone where it is https), and for what counts as our own pages. Default: the address that it listens on.",
  KEYWRIGHT_OPEN_SIGN_UP: "true or false: whether anybody may open an account who confirms an e-mail address. Default false: by invitation only.",
  KEYWRIGHT_MAIL_FROM: "Who mails are from. Default `Keywright <keywright@localhost>`.",
  KEYWRIGHT_OPERATOR_EMAIL:
    "Address of the operator's account that the first start, or `keywright recover`, makes; alerts of the operators' own are mailed there, unless it ends with .invalid. Default operator@keywright.invalid.",
  KEYWRIGHT_ALERT_SECONDS: "How often the rules of alerts are looked at, by one process of all, in seconds: 1 to 3600. Default 60.",
  KEYWRIGHT_WEBHOOK_ALLOW_PRIVATE:
    "true or false: whether webhooks may go to private and local addresses, and by plain HTTP. Whoever may make a webhook then reaches what this machine reaches. Default false.",
  KEYWRIGHT_METRICS_PORT:
    "Port of HOST for Prometheus, at /metrics, without authentication. With --workers a scrape is answered for all of them. Default none.",
  ...traceSettings,
  KEYWRIGHT_CACHE_RECORDS: "Key records kept in memory, 1 to 10000000. Default 100000.",
} as const;
type Setting = keyof typeof settings;

/** Names that the command line and the client read, in the same environment. */
const clientNames: readonly string[] = ["KEYWRIGHT_URL", "KEYWRIGHT_KEY", "KEYWRIGHT_ROOT_KEY", "KEYWRIGHT_ROOT_KEY_FILE"];

/** The configuration of this process. */
export const processConfig = (): Config => readConfig(process.env, process.cwd());

/** Reads and checks all settings; relative paths begin at `cwd`. An empty value counts as none. */
export const readConfig = (env: Environment, cwd: string): Config => {
  refuseUnknown(env);
  const get = (name: Setting): string | undefined => env[name] || undefined;
  return {
    port: readNumber("PORT", get("PORT") ?? "4747", [0, 65_535]),
    host: get("HOST") ?? "127.0.0.1",
    dataDir: resolve(cwd, get("KEYWRIGHT_DATA_DIR") ?? ".keywright"),
    ...readEngineAddresses((name) => readSecretSetting(env, name, cwd)),
    masterKey: readMasterKey(get("KEYWRIGHT_MASTER_KEY"), get("KEYWRIGHT_MASTER_KEY_FILE"), cwd),
    policy: readPolicy(get("KEYWRIGHT_CONFIG"), cwd),
    trustedProxies: readProxies(get("KEYWRIGHT_TRUSTED_PROXIES")),
    logLevel: readLogLevel(get("KEYWRIGHT_LOG_LEVEL") ?? "info"),
    isKeyManagementEnabled: readSwitch("KEYWRIGHT_API_KEY_MANAGEMENT", get("KEYWRIGHT_API_KEY_MANAGEMENT") ?? "on"),
    flagSource: readFlagSource(get, cwd),
    tokenIssuer: readTokenIssuer(get),
    signInIssuer: readSignInIssuer((name) => readSecretSetting(env, name, cwd)),
    publicUrl: readPublicUrl(get("KEYWRIGHT_PUBLIC_URL")),
    isSignUpOpen: readSwitch("KEYWRIGHT_OPEN_SIGN_UP", get("KEYWRIGHT_OPEN_SIGN_UP") ?? "false", ["true", "false"]),
    mailFrom: get("KEYWRIGHT_MAIL_FROM") ?? "Keywright <keywright@localhost>",
    operatorEmail: readEmail(get("KEYWRIGHT_OPERATOR_EMAIL") ?? "operator@keywright.invalid"),
    alertSeconds: readNumber("KEYWRIGHT_ALERT_SECONDS", get("KEYWRIGHT_ALERT_SECONDS") ?? "60", [1, 3_600]),
    isWebhookPrivateAllowed: readSwitch("KEYWRIGHT_WEBHOOK_ALLOW_PRIVATE", get("KEYWRIGHT_WEBHOOK_ALLOW_PRIVATE") ?? "false", ["true", "false"]),
    metricsPort: readOptionalPort("KEYWRIGHT_METRICS_PORT", get("KEYWRIGHT_METRICS_PORT")),
    tracing: readTraceSettings((name) => readSecretSetting(env, name, cwd)),
    cacheRecords: readNumber("KEYWRIGHT_CACHE_RECORDS", get("KEYWRIGHT_CACHE_RECORDS") ?? "100000", [1, 10_000_000]),
  };
};

const refuseUnknown = (env: Environment): void => {
  const known = [...Object.keys(settings), ...clientNames, ...secretSettings.map((name) => `${name}_FILE`)];
  const unknown = Object.keys(env).find((name) => name.startsWith("KEYWRIGHT_") && !known.includes(name));
  if (unknown !== undefined) throw new ConfigError(`${unknown} is no setting of Keywright; did you mean ${nearest(unknown, known)}?`);
};

const readNumber = (name: Setting, text: string, [least, most]: readonly [number, number]): number => {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) throw new ConfigError(`${name} must be a whole number from ${least} to ${most}.`);
  return value;
};

const readOptionalPort = (name: Setting, text: string | undefined): number | undefined =>
  text === undefined ? undefined : readNumber(name, text, [1, 65_535]);

const readSwitch = (name: Setting, text: string, [yes, no]: readonly [string, string] = ["on", "off"]): boolean => {
  if (text !== yes && text !== no) throw new ConfigError(`${name} must be ${yes} or ${no}.`);
  return text === yes;
};

/** The origin alone: cookies and links are for the whole host. */
const readPublicUrl = (text: string | undefined): string | undefined => {
  if (text === undefined) return undefined;
  const url = /^https?:\/\//.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.href !== `${url.origin}/`)
    throw new ConfigError("KEYWRIGHT_PUBLIC_URL must be an address without a path, such as https://keys.example.com.");
  return url.origin;
};

const readEmail = (text: string): string => {
  if (!/^[^\s@]+@[^\s@]+\.[A-Za-z]{2,}$/.test(text)) throw new ConfigError("KEYWRIGHT_OPERATOR_EMAIL must be an e-mail address such as ops@example.com.");
  return text.toLowerCase();
};

const readLogLevel = (text: string): LogLevel => {
  const level = logLevels.find((name) => name === text);
  if (level === undefined) throw new ConfigError(`KEYWRIGHT_LOG_LEVEL must be one of ${logLevels.join(", ")}.`);
  return level;
};

/** The value itself, or for a credential the content of the file that `…_FILE` names. */
const readSecretSetting = (env: Environment, name: Setting, cwd: string): string | undefined => {
  const given = env[name] || undefined;
  const file = secretSettings.some((secret) => secret === name) ? env[`${name}_FILE`] || undefined : undefined;
  if (file === undefined) return given;
  if (given !== undefined) throw new ConfigError(`${name} and ${name}_FILE are both set: set one of them.`);
  return readFile(`${name}_FILE`, resolve(cwd, file)).trim() || undefined;
};

const readMasterKey = (given: string | undefined, file: string | undefined, cwd: string): string | undefined => {
  if (given !== undefined && file !== undefined) throw new ConfigError("KEYWRIGHT_MASTER_KEY and KEYWRIGHT_MASTER_KEY_FILE are both set: set one of them.");
  const name = file === undefined ? "KEYWRIGHT_MASTER_KEY" : "KEYWRIGHT_MASTER_KEY_FILE";
  const text = file === undefined ? given : readFile(name, resolve(cwd, file)).trim();
  if (text === undefined) return undefined;
  const bytes = Buffer.from(text, "base64");
  if (bytes.length !== 32 || bytes.toString("base64") !== text) throw new ConfigError(`${name} must hold the base64 of exactly 32 bytes, 44 characters.`);
  return text;
};

const readPolicy = (given: string | undefined, cwd: string): Policy => {
  const file = resolve(cwd, given ?? "keywright.config.json");
  if (given === undefined && !existsSync(file)) return defaultPolicy;
  try {
    return parsePolicy(readFile("KEYWRIGHT_CONFIG", file));
  } catch (error) {
    if (error instanceof PolicyError) throw new ConfigError(`The policy file ${file} cannot be used: ${error.message}.`, error);
    throw error;
  }
};

const readFile = (name: string, file: string): string => {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new ConfigError(`${name} must name a file that can be read: ${file} cannot (${code}).`, error);
  }
};

const readProxies = (text: string | undefined): readonly string[] =>
  (text ?? "")
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "")
    .map(parseProxy);

const parseProxy = (entry: string): string => {
  const range = parseAddressRange(entry);
  if (range === undefined) throw new ConfigError("KEYWRIGHT_TRUSTED_PROXIES must hold addresses or CIDR ranges such as 10.0.0.0/8, with commas between.");
  return range;
};

/** The name that is the fewest edits away. */
const nearest = (name: string, names: readonly string[]): string =>
  names.reduce((best, candidate) => (distance(name, candidate) < distance(name, best) ? candidate : best));

/** Levenshtein's distance. */
const distance = (one: string, other: string): number => {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const change = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
};
