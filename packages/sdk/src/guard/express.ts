import type { IncomingMessage, ServerResponse } from "node:http";
import { type GuardOptions, openGuard } from "./guard.ts";
import { askedOf } from "./node-request.ts";
import type { VerifiedKey } from "./verified-key.ts";

export type { GuardOptions, Verifier } from "./guard.ts";
export type { VerifiedKey } from "./verified-key.ts";

declare global {
  namespace Express {
    interface Request {
      /** The key of this request; absent only where the guard lets requests pass while Keywright cannot be reached. */
      apiKey?: VerifiedKey;
    }
  }
}

/** As much of Express's request as the guard uses. */
interface GuardedRequest extends IncomingMessage {
  apiKey?: VerifiedKey;
  readonly baseUrl?: string;
  readonly route?: { readonly path?: unknown };
}

type Middleware = (request: GuardedRequest, response: ServerResponse, next: (error?: unknown) => void) => void;

export interface ExpressGuard {
  /** A middleware of a route: admits keys that have all of these scopes. */
  requireScopes(...scopes: readonly string[]): Middleware;
  /** Sends the last counts; to be called when the server has stopped. */
  close(): Promise<void>;
}

/** Guards an Express 5 application. Throws RangeError for options that cannot be used. */
export const createGuard = (options: GuardOptions): ExpressGuard => {
  const guard = openGuard(options);
  return {
    requireScopes:
      (...scopes) =>
      (request, response, next) => {
        const pass = async (): Promise<boolean> => {
          const decision = await guard.check(askedOf(request, templateOf(request)), scopes);
          if ("refused" in decision) {
            const { status, headers, body } = decision.refused;
            response.writeHead(status, headers).end(body);
            return false;
          }
          const { apiKey, headers, answered } = decision.admitted;
          if (apiKey !== undefined) request.apiKey = apiKey;
          for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
          // A client that hangs up has got no answer; that is no fault of the API's.
          response.once("close", () => answered(response.writableFinished ? response.statusCode : 499));
          return true;
        };
        pass().then((isAdmitted) => isAdmitted && next(), next);
      },
    close: guard.close,
  };
};

const templateOf = ({ baseUrl = "", route }: GuardedRequest): string | undefined => {
  if (typeof route?.path === "string") return `${baseUrl}${route.path}`;
  return baseUrl === "" ? undefined : baseUrl;
};
