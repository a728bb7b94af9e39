import { AppError, type Authenticated, type PersonRequest, type Sessions } from "@keywright/core";
import type { RequireOwnOrigin } from "./own-origin.ts";
import type { Parts } from "./request-reader.ts";

/** People who have signed in, as callers of the management API. */
export interface People {
  readonly sessions: Sessions;
  /** Core's `authorizePerson` with its engine. */
  readonly authorize: (request: PersonRequest) => Promise<Authenticated>;
  readonly requireOwnOrigin: RequireOwnOrigin;
}

/** Whose session it is; a request that another site has made is refused before anybody looks. */
export const identify = async ({ sessions, requireOwnOrigin }: People, request: Parameters<RequireOwnOrigin>[0], cookie: string) => {
  requireOwnOrigin(request);
  const signedIn = await sessions.find(cookie);
  if (signedIn === undefined) throw new AppError("UNAUTHENTICATED");
  return signedIn;
};

/** The tenant that a request is about: named in its path, its query or its body, or else in `X-Keywright-Tenant`, for calls that name only a resource. */
export const namedTenant = ({ params, query, body }: Pick<Parts, "params" | "query" | "body">, header: string | undefined): string | undefined =>
  tenantIn(params) ?? tenantIn(query) ?? tenantIn(body) ?? header;

const tenantIn = (part: unknown): string | undefined => {
  const named: unknown = typeof part === "object" && part !== null ? Reflect.get(part, "tenant_id") : undefined;
  return typeof named === "string" ? named : undefined;
};
