import { METHODS } from "node:http";
import { forwardAuth } from "@keywright/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { EndpointMeter } from "../telemetry/endpoint-meters.ts";
import type { GatewayDoor, GatewayRequest } from "./gateway-door.ts";
import { headerPairs } from "./header-lines.ts";
import { statusOf } from "./problem.ts";

export interface ForwardAuthDeps {
  readonly door: GatewayDoor;
  readonly meter: EndpointMeter;
}

/** The door for gateways: any method, any suffix; answers by status and headers. Most requests take its lane. */
export const mountForwardAuth = (app: FastifyInstance, deps: ForwardAuthDeps): void => {
  for (const method of METHODS) if (method !== "CONNECT" && !app.supportedMethods.includes(method)) app.addHttpMethod(method);
  const answer = answerGateway(deps);
  for (const url of [forwardAuth.path, `${forwardAuth.path}/*`]) {
    // Answered before Fastify looks for a body: that, and how it is encoded, is the client's affair.
    app.route({ method: app.supportedMethods, url, onRequest: answer, handler: (_request, reply) => reply });
  }
};

export type GatewayAnswer = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** One gateway's question, answered and measured. */
export const answerGateway =
  ({ door, meter }: ForwardAuthDeps): GatewayAnswer =>
  async (request, reply) => {
    const startedMs = meter.start();
    try {
      const { status, lines, body } = await door.answer(questionOf(request));
      reply.code(status);
      const pairs = headerPairs(lines);
      for (let i = 0; i < pairs.length; i += 2) reply.header(pairs[i] ?? "", pairs[i + 1]);
      reply.send(body);
      meter.done(status, startedMs);
      return reply;
    } catch (error) {
      meter.done(statusOf(error), startedMs);
      throw error;
    }
  };

const questionOf = ({ raw, id, method }: FastifyRequest): GatewayRequest => {
  const { url = "", headers, rawHeaders, socket } = raw;
  return { id, url, method, headers, rawHeaders, peer: socket.remoteAddress };
};
