import { AppError, type Authenticated, type PersonRequest, type SessionLook, type Sessions, type SignedIn } from "@keywright/core";
import type { RequireOwnOrigin } from "./own-origin.ts";

/** People who have signed in, as callers of the management API. */
export interface People {
  readonly sessions: Sessions;
  /** Core's `authorizePerson` with its engine. */
  readonly authorize: (request: PersonRequest) => Promise<Authenticated>;
  readonly requireOwnOrigin: RequireOwnOrigin;
}

interface Visitor {
  readonly cookie: string;
  readonly look?: SessionLook;
}

/** Whose session it is; a request that another site has made is refused before anybody looks. */
export const identify = async (people: People, request: Parameters<RequireOwnOrigin>[0], { cookie, look }: Visitor): Promise<SignedIn> => {
  people.requireOwnOrigin(request);
  const signedIn = await people.sessions.find(cookie, look);
  if (signedIn === undefined) throw new AppError("UNAUTHENTICATED");
  return signedIn;
};
