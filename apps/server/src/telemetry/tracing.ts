import type { IncomingHttpHeaders } from "node:http";
import type { Ledger, WebhookSender } from "@keywright/core";
import type { TraceSettings } from "../trace-settings.ts";
import { type OnEngineCall, timeCall } from "./engine-meters.ts";

/** The span of one request. */
export interface RequestSpan {
  /** Does work that belongs to the request. */
  within<T>(work: () => T): T;
  end(status: number): void;
}

export interface TracedRequest {
  /** An endpoint's name, never what a client has sent. */
  readonly name: string;
  readonly method: string;
  readonly requestId: string;
  readonly headers: IncomingHttpHeaders;
}

/** Traces (W3C Trace Context in and out, OTLP). No key, address or text of a client's is in a span. */
export interface Tracing {
  begin(request: TracedRequest): RequestSpan;
  /** Does work that no request asked for, in a span of its own. */
  work<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Makes a span of a call that is over, in the span of the request that made it. */
  readonly noteCall: OnEngineCall;
  /** Whether the request at hand is traced. */
  isTraced(): boolean;
  /** `traceparent`, and `tracestate`, of what is under way; none where there is nothing. */
  headers(): Readonly<Record<string, string>>;
  /** For the lines of the log. */
  ids(): { readonly trace_id?: string; readonly span_id?: string };
  /** Sends what waits, for a few seconds at most. */
  close(): Promise<void>;
}

/** Loads nothing where there is nowhere to send traces to. */
export const openTracing = async (settings: TraceSettings | undefined, onFailure: (message: string) => void): Promise<Tracing | undefined> => {
  if (settings === undefined) return undefined;
  const { createTracing } = await import("./open-telemetry.ts");
  return createTracing(settings, onFailure);
};

/** Answers a request in a span of its own. */
export const answerInSpan = async (
  { begin }: Pick<Tracing, "begin">,
  request: TracedRequest,
  answer: () => Promise<{ readonly statusCode: number }>,
): Promise<void> => {
  const span = begin(request);
  const { statusCode } = await span.within(answer);
  span.end(statusCode);
};

/** The ledger as a traced request sees it: its own wait, in whatever batch it goes. */
export const traceLedger = (ledger: Ledger, { isTraced, noteCall }: Pick<Tracing, "isTraced" | "noteCall">): Ledger => {
  const traced = <T>(operation: string, work: () => Promise<T>): Promise<T> =>
    isTraced() ? timeCall((call) => noteCall("ledger", call), operation, work) : work();
  return {
    spend: (request) => traced("spend", () => ledger.spend(request)),
    spendBehind: (first, request) => traced("spend", () => ledger.spendBehind(first, request)),
    spendAll: (requests) => traced("spend", () => ledger.spendAll(requests)),
    spendAllBehind: (first, requests) => traced("spend", () => ledger.spendAllBehind(first, requests)),
    spendEachBehind: (first, requests) => traced("spend", () => ledger.spendEachBehind(first, requests)),
    announce: (changed) => traced("announce", () => ledger.announce(changed)),
  } satisfies Ledger;
};

/** Each attempt to deliver an event in a span of its own, which the target is told of. */
export const traceDeliveries = ({ send, post }: Deliverer, tracing: Pick<Tracing, "work"> | undefined): Deliverer => {
  if (tracing === undefined) return { send, post };
  const { work } = tracing;
  return { send: (message) => work("deliver webhook", () => send(message)), post: (message) => work("deliver webhook", () => post(message)) };
};

type Deliverer = Pick<WebhookSender, "post" | "send">;
