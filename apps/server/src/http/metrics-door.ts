import { metrics } from "@keywright/contract";
import { AppError } from "@keywright/core";
import type { FastifyInstance } from "fastify";
import { metricsType } from "../telemetry/metrics.ts";
import type { Authenticator } from "./authenticate.ts";
import type { ClientIp } from "./client-ip.ts";
import { readCredential } from "./credential.ts";
import { readSingle } from "./header.ts";

interface MetricsDoorDeps {
  readonly authenticate: Authenticator;
  readonly clientIp: ClientIp;
  /** In Prometheus's text format. */
  readonly renderMetrics: () => Promise<string>;
}

/** The metrics of the whole installation tell of no tenant alone: they are for a root key that holds the permission. */
export const mountMetrics = (app: FastifyInstance, { authenticate, clientIp, renderMetrics }: MetricsDoorDeps): void => {
  app.get(metrics.path, async ({ raw, id: requestId }, reply) => {
    const ip = clientIp.of(raw.socket.remoteAddress, readSingle(raw.headers, "x-forwarded-for"));
    const { actor } = await authenticate({ secret: readCredential(raw), permission: metrics.permission, ip, requestId, endpoint: `GET ${metrics.path}` });
    if (actor.type !== "root_key") throw new AppError("PERMISSION_DENIED");
    return reply.type(metricsType).send(await renderMetrics());
  });
};
