import { once } from "node:events";
import { createServer } from "node:http";

/** A span, as OTLP's JSON has it. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
}

interface Export {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly ReceivedSpan[] }[] }[];
}

/** Takes traces by OTLP over HTTP, and keeps them. */
export const startOtlpReceiver = async () => {
  const received = { text: "", spans: [] as ReceivedSpan[], headers: [] as unknown[] };
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
    request.on("end", () => {
      received.text += text;
      received.headers.push(request.headers["x-collector-token"]);
      if (request.url === "/v1/traces") {
        const { resourceSpans } = JSON.parse(text) as Export;
        received.spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)));
      }
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("No port was given.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    received,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
};

export type OtlpReceiver = Awaited<ReturnType<typeof startOtlpReceiver>>;
