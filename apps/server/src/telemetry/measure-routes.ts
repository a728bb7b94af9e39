import { forwardAuth } from "@keywright/contract";
import type { FastifyInstance, RouteOptions } from "fastify";
import { type EndpointMeters, endpointName } from "./endpoint-meters.ts";

/** Every route that is mounted from here on is measured, but for the gateways' door, which measures itself: a hook of every answer costs it more. */
export const measureRoutes = (app: FastifyInstance, meters: EndpointMeters): void => {
  app.addHook("onRoute", (route) => {
    if (route.url.startsWith(forwardAuth.path)) return;
    const meter = meters.of(endpointName(String(route.method), route.url));
    const measure: RouteOptions["onResponse"] = (_request, reply, done) => {
      meter.took(reply.statusCode, reply.elapsedTime);
      done();
    };
    route.onResponse = [...[route.onResponse ?? []].flat(), measure];
  });
};
