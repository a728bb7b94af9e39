import type { FastifyInstance, FastifyRequest } from "fastify";
import { endpointName, unmatched } from "./endpoint-meters.ts";
import type { RequestSpan, Tracing } from "./tracing.ts";

/** Each request of a route in a span of its own. */
export const traceRoutes = (app: FastifyInstance, tracing: Tracing): void => {
  const spans = new WeakMap<FastifyRequest, RequestSpan>();
  app.addHook("onRequest", (request, _reply, done) => {
    const { method, id: requestId, headers } = request;
    const { url } = request.routeOptions;
    const span = tracing.begin({ name: url === undefined ? unmatched : endpointName(method, url), method, requestId, headers });
    spans.set(request, span);
    span.within(done);
  });
  // A body arrives outside of whatever the request began in.
  app.addHook("preValidation", (request, _reply, done) => {
    const span = spans.get(request);
    if (span === undefined) done();
    else span.within(done);
  });
  app.addHook("onResponse", (request, reply, done) => {
    spans.get(request)?.end(reply.statusCode);
    done();
  });
};
