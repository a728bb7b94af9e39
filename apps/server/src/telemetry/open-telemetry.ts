import { context, DiagLogLevel, diag, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, NodeTracerProvider, ParentBasedSampler, TraceIdRatioBasedSampler } from "@opentelemetry/sdk-trace-node";
import type { TraceSettings } from "../trace-settings.ts";
import { version } from "../version.ts";
import type { TracedRequest, Tracing } from "./tracing.ts";

const exportDeadlineMs = 5_000;
const closeDeadlineMs = 2_000;
/** Spans that wait; what is more is dropped. */
const queue = { maxQueueSize: 2_048, maxExportBatchSize: 512, scheduledDelayMillis: 1_000, exportTimeoutMillis: exportDeadlineMs } as const;

/** OpenTelemetry, of which nothing is loaded before this file is. */
export const createTracing = ({ endpoint, headers, serviceName, ratio }: TraceSettings, onFailure: (message: string) => void): Tracing => {
  const tell = (message: string): void => onFailure(message);
  diag.setLogger(
    { error: tell, warn: tell, info: () => {}, debug: () => {}, verbose: () => {} },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const exporter = new OTLPTraceExporter({ url: `${endpoint}/v1/traces`, headers: { ...headers }, timeoutMillis: exportDeadlineMs });
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ "service.name": serviceName, "service.version": version }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [new BatchSpanProcessor(exporter, queue)],
  });
  provider.register();
  const tracer = provider.getTracer("keywright", version);
  return {
    begin: (request) => {
      const parent = propagation.extract(ROOT_CONTEXT, carrierOf(request));
      const span = tracer.startSpan(request.name, { kind: SpanKind.SERVER, attributes: attributesOf(request) }, parent);
      const inside = trace.setSpan(parent, span);
      return {
        within: (work) => context.with(inside, work),
        end: (status) => {
          span.setAttribute("http.response.status_code", status);
          if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
          span.end();
        },
      };
    },
    work: async (name, work) => {
      const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, root: true });
      try {
        return await context.with(trace.setSpan(ROOT_CONTEXT, span), work);
      } finally {
        span.end();
      }
    },
    noteCall: (engine, { operation, startedMs, tookMs, isAnswered }) => {
      if (trace.getActiveSpan()?.isRecording() !== true) return;
      const attributes = { "keywright.engine": engine, "keywright.operation": operation };
      const span = tracer.startSpan(`${engine} ${operation}`, { kind: SpanKind.CLIENT, startTime: startedMs, attributes });
      if (!isAnswered) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end(startedMs + tookMs);
    },
    isTraced: () => trace.getActiveSpan()?.isRecording() === true,
    headers: () => {
      const carrier: Record<string, string> = {};
      propagation.inject(context.active(), carrier);
      return carrier;
    },
    ids: () => {
      const at = trace.getActiveSpan()?.spanContext();
      return at === undefined ? {} : { trace_id: at.traceId, span_id: at.spanId };
    },
    close: () => closeProvider(provider),
  } satisfies Tracing;
};

/** The trace alone: baggage is the client's, and would go on to other systems. */
const carrierOf = ({ headers: { traceparent, tracestate } }: TracedRequest) => ({ traceparent, tracestate });

const attributesOf = ({ name, method, requestId }: TracedRequest) => ({
  "http.request.method": method,
  "keywright.endpoint": name,
  "keywright.request_id": requestId,
});

const closeProvider = async (provider: NodeTracerProvider): Promise<void> => {
  const late: { timer?: NodeJS.Timeout } = {};
  const deadline = new Promise<void>((resolve) => {
    late.timer = setTimeout(resolve, closeDeadlineMs);
  });
  await Promise.race([provider.shutdown().catch(() => {}), deadline]);
  clearTimeout(late.timer);
  for (const api of [trace, context, propagation, diag]) api.disable();
};
