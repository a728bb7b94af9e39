import { createServer, type Server } from "node:http";
import { metrics } from "@keywright/contract";
import { metricsType } from "./telemetry/metrics.ts";

/** Serves `GET /metrics` at a port of its own, which only the monitoring should reach. Rejects with one sentence where the port is taken. */
export const serveMetrics = (render: () => Promise<string>, { host, port }: { readonly host: string; readonly port: number }): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer((request, response) => {
      if (request.method !== "GET" || request.url !== metrics.path) {
        response.writeHead(404).end();
        return;
      }
      render().then(
        (text) => response.writeHead(200, { "content-type": metricsType, "cache-control": "no-store" }).end(text),
        () => response.writeHead(500).end(),
      );
    });
    server.once("error", (error) => reject(new Error(`KEYWRIGHT_METRICS_PORT: port ${port} of ${host} cannot be listened on.`, { cause: error })));
    server.listen({ host, port }, () => resolve(server));
  });
