import { type DestinationStream, type Logger, pino } from "pino";
import { redactKeys } from "../http/key-text.ts";

export const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

interface LoggerOptions {
  readonly level: LogLevel;
  /** Where the lines go; standard output where left out. */
  readonly destination?: DestinationStream;
  /** What each line has beside its own: to which trace it belongs. */
  readonly trace?: (() => object) | undefined;
}

/** Headers that carry credentials, wherever in a line a headers object may stand. */
const credentialHeaders = ["authorization", "x-api-key", "x-keywright-root-key", "cookie", "set-cookie", "proxy-authorization"];
const redactPaths = credentialHeaders.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]);

/**
 * The process's log: one JSON line a message. Credentials are cut out twice: headers by name, and whatever has the shape of a key from the
 * finished line, so that no error text can carry one out.
 */
export const createLogger = ({ level, destination, trace }: LoggerOptions): Logger => {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: redactPaths, censor: "[redacted]" },
    hooks: { streamWrite: redactKeys },
    ...(trace !== undefined && { mixin: trace }),
  };
  return destination === undefined ? pino(options) : pino(options, destination);
};
