import type { Context, MiddlewareHandler } from "hono";
import { type GuardOptions, openGuard } from "./guard.ts";
import type { VerifiedKey } from "./verified-key.ts";
import { askedOf, responseOf, withHeaders, withoutIdentity } from "./web-request.ts";

export type { GuardOptions, Verifier } from "./guard.ts";
export type { VerifiedKey } from "./verified-key.ts";

export interface HonoGuardOptions extends GuardOptions {
  /** Who is connected. Default: what `@hono/node-server` tells; other runtimes have their own way (`getConnInfo`). */
  readonly peer?: (context: Context) => string | undefined;
}

/** `context.get("apiKey")` is the key of this request; absent only where the guard lets requests pass while Keywright cannot be reached. */
export interface GuardedEnv {
  Variables: { apiKey: VerifiedKey };
}

export interface HonoGuard {
  /** A middleware of a route: admits keys that have all of these scopes. */
  requireScopes(...scopes: readonly string[]): MiddlewareHandler<GuardedEnv>;
  /** Sends the last counts; to be called when the server has stopped. */
  close(): Promise<void>;
}

/** Guards a Hono application. Throws RangeError for options that cannot be used. */
export const createGuard = ({ peer = nodePeer, ...options }: HonoGuardOptions): HonoGuard => {
  const guard = openGuard(options);
  return {
    requireScopes:
      (...scopes) =>
      async (context, next) => {
        context.req.raw = withoutIdentity(context.req.raw);
        const decision = await guard.check(askedOf(context.req.raw, { template: templateOf(context), peer: peer(context) }), scopes);
        if ("refused" in decision) return responseOf(decision.refused);
        const { apiKey, headers, answered } = decision.admitted;
        if (apiKey !== undefined) context.set("apiKey", apiKey);
        await next();
        const response = withHeaders(context.res, headers);
        // Hono copies a response that it is given.
        if (response !== context.res) context.res = response;
        answered(response.status);
        return undefined;
      },
    close: guard.close,
  };
};

/** The handler's own route stands behind those of its middleware. */
const templateOf = ({ req }: Context): string | undefined => {
  const route = req.matchedRoutes.findLast(({ method }) => method !== "ALL") ?? req.matchedRoutes.at(-1);
  return route?.path.replace(/:(\w+)(?:\{[^}]*\})?/g, "{$1}");
};

const nodePeer = ({ env }: Context): string | undefined => {
  const { incoming } = (env ?? {}) as { readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } } };
  return incoming?.socket?.remoteAddress;
};
