import type { FastifyReply, FastifyRequest } from "fastify";
import { type GuardOptions, openGuard } from "./guard.ts";
import { askedOf } from "./node-request.ts";
import type { VerifiedKey } from "./verified-key.ts";

export type { GuardOptions, Verifier } from "./guard.ts";
export type { VerifiedKey } from "./verified-key.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** The key of this request; absent only where the guard lets requests pass while Keywright cannot be reached. */
    apiKey?: VerifiedKey;
  }
}

export interface FastifyGuard {
  /** An `onRequest` hook of a route: admits keys that have all of these scopes. */
  requireScopes(...scopes: readonly string[]): (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;
  /** Sends the last counts: `app.addHook("onClose", guard.close)`. */
  close(): Promise<void>;
}

/** Guards a Fastify 5 application. Throws RangeError for options that cannot be used. */
export const createGuard = (options: GuardOptions): FastifyGuard => {
  const guard = openGuard(options);
  return {
    requireScopes:
      (...scopes) =>
      async (request, reply) => {
        const decision = await guard.check(askedOf(request.raw, request.routeOptions.url), scopes);
        if ("refused" in decision) {
          const { status, headers, body } = decision.refused;
          return reply.code(status).headers(headers).send(body);
        }
        const { apiKey, headers, answered } = decision.admitted;
        if (apiKey !== undefined) request.apiKey = apiKey;
        reply.headers(headers);
        // A client that hangs up has got no answer; that is no fault of the API's.
        reply.raw.once("close", () => answered(reply.raw.writableFinished ? reply.raw.statusCode : 499));
        return undefined;
      },
    close: () => guard.close(),
  };
};
