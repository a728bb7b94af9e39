import { ConfigError } from "./config-error.ts";

/** Where traces go, and how many. */
export interface TraceSettings {
  /** Without a slash at the end. */
  readonly endpoint: string;
  /** Of each export; a credential may be in them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  /** Of requests that no caller has decided about; 0 to 1. */
  readonly ratio: number;
}

/** Every name, with what it is for. The first three are OpenTelemetry's own. */
export const traceSettings = {
  OTEL_EXPORTER_OTLP_ENDPOINT: "Where traces are sent by OTLP over HTTP, without /v1/traces: http://collector:4318. Default: there are no traces.",
  OTEL_EXPORTER_OTLP_HEADERS: "Headers of each export: name=value, with commas between, values percent-encoded. Default none.",
  OTEL_SERVICE_NAME: "The service's name in traces. Default keywright.",
  KEYWRIGHT_TRACE_RATIO:
    "Which share of requests is traced, 0 to 1, where the caller's traceparent does not decide; one that is traced at its caller is traced here. Default 0.01.",
} as const;
export type TraceSetting = keyof typeof traceSettings;

/** undefined: nowhere. */
export const readTraceSettings = (get: (name: TraceSetting) => string | undefined): TraceSettings | undefined => {
  const ratio = readRatio(get("KEYWRIGHT_TRACE_RATIO") ?? "0.01");
  const endpoint = get("OTEL_EXPORTER_OTLP_ENDPOINT");
  if (endpoint === undefined) return undefined;
  return {
    endpoint: readEndpoint(endpoint),
    headers: readHeaders(get("OTEL_EXPORTER_OTLP_HEADERS")),
    serviceName: get("OTEL_SERVICE_NAME") ?? "keywright",
    ratio,
  };
};

const readRatio = (text: string): number => {
  const ratio = /^\d(?:\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN;
  if (!(ratio >= 0 && ratio <= 1)) throw new ConfigError("KEYWRIGHT_TRACE_RATIO must be a number from 0 to 1, such as 0.01.");
  return ratio;
};

/** What is wrong with an address is said without it: a password may be in it. */
const readEndpoint = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url !== undefined && url.username === "" && url.password === "" && url.search === "" && url.hash === "";
  if (!isPlain || !["http:", "https:"].includes(url.protocol))
    throw new ConfigError("OTEL_EXPORTER_OTLP_ENDPOINT must be an address such as http://collector:4318, without a user, a password or a query.");
  return text.replace(/\/+$/, "");
};

/** The form of W3C's baggage, as OpenTelemetry has it. */
const readHeaders = (text: string | undefined): Readonly<Record<string, string>> => {
  const entries = (text ?? "").split(",").filter((entry) => entry.trim() !== "");
  return Object.fromEntries(entries.map(readHeader));
};

const readHeader = (entry: string): readonly [string, string] => {
  const [, name, value] = /^\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*=\s*(\S.*?)\s*$/.exec(entry) ?? [];
  try {
    const decoded = decodeURIComponent(value ?? "");
    if (name !== undefined && /^[\x20-\x7e]+$/.test(decoded)) return [name, decoded];
  } catch {
    // Said below.
  }
  throw new ConfigError("OTEL_EXPORTER_OTLP_HEADERS must hold name=value, with commas between and values percent-encoded.");
};
