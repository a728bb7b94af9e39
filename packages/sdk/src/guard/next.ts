import { type GuardOptions, openGuard } from "./guard.ts";
import type { VerifiedKey } from "./verified-key.ts";
import { askedOf, responseOf, withHeaders, withoutIdentity } from "./web-request.ts";

export type { GuardOptions, Verifier } from "./guard.ts";
export type { VerifiedKey } from "./verified-key.ts";

/** What Next gives a route handler beside the request. */
interface RouteContext {
  readonly params?: unknown;
}

/** A route handler, with the key of the request as its third argument; absent only where the guard lets requests pass while Keywright cannot be reached. */
export type GuardedHandler<Asking extends Request, Given> = (request: Asking, context: Given, apiKey: VerifiedKey) => Response | Promise<Response>;

type RouteHandler<Asking extends Request, Given> = (request: Asking, context: Given) => Promise<Response>;

export interface NextGuard {
  /** Wraps a route handler: admits keys that have all of these scopes. */
  requireScopes(
    ...scopes: readonly string[]
  ): <Asking extends Request, Given extends RouteContext>(handler: GuardedHandler<Asking, Given>) => RouteHandler<Asking, Given>;
  /** Sends the last counts. */
  close(): Promise<void>;
}

/**
 * Guards route handlers of Next's app router. A handler is not told who is connected: name the proxies in front in `trustedProxies`, or keys with an
 * allow-list are refused. Throws RangeError for options that cannot be used.
 */
export const createGuard = (options: GuardOptions): NextGuard => {
  const guard = openGuard(options);
  return {
    requireScopes:
      (...scopes) =>
      (handler) =>
      async (request, context) => {
        const clean = withoutIdentity(request);
        const decision = await guard.check(askedOf(clean, { template: await templateOf(clean, context), peer: undefined }), scopes);
        if ("refused" in decision) return responseOf(decision.refused);
        const { apiKey, headers, answered } = decision.admitted;
        try {
          const response = withHeaders(await handler(clean, context, apiKey as VerifiedKey), headers);
          answered(response.status);
          return response;
        } catch (error) {
          answered(500);
          throw error;
        }
      },
    close: guard.close,
  };
};

/** The path with the values of its parameters replaced by their names. */
const templateOf = async ({ url }: Request, context: RouteContext | undefined): Promise<string> => {
  const params = (await context?.params) ?? {};
  const names = new Map<string, string>();
  for (const [name, value] of Object.entries(params)) for (const part of [value].flat()) names.set(String(part), name);
  const segments = new URL(url).pathname.split("/").map((segment) => {
    const name = names.get(decode(segment));
    return name === undefined ? segment : `{${name}}`;
  });
  return segments.filter((segment, place) => place === 0 || segment !== segments[place - 1] || !segment.startsWith("{")).join("/");
};

const decode = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
};
