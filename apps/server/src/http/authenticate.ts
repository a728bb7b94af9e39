import { AppError, type Authenticated, type Credential } from "@keywright/core";
import type { RefusalDelay } from "./refusal-delay.ts";

/** Who is calling, and may they? Rejects with `AppError` where not: core's `authenticate` with its engine. */
export type Authenticator = (credential: Credential) => Promise<Authenticated>;

interface AuthenticateDeps<Request> {
  readonly authenticator: (request: Request) => Promise<Authenticated>;
  readonly refusalDelay: RefusalDelay;
}

/** Authenticates; a credential that is not valid is answered no sooner for one reason than for another. */
export const createAuthenticate = <Request>({ authenticator, refusalDelay }: AuthenticateDeps<Request>): ((request: Request) => Promise<Authenticated>) => {
  const answerLate = async (error: unknown, startedMs: number): Promise<never> => {
    if (error instanceof AppError && error.code === "INVALID_CREDENTIAL") await refusalDelay.settle(startedMs);
    throw error;
  };
  return (request) => {
    const startedMs = refusalDelay.start();
    return authenticator(request).catch((error: unknown) => answerLate(error, startedMs));
  };
};
