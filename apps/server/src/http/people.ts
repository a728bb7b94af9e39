import { AppError, type Authenticated, type PersonRequest, type Sessions } from "@keywright/core";
import type { RequireOwnOrigin } from "./own-origin.ts";

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
