import { AppError, type Authenticated, type Credential } from "@keywright/core";
import type { RefusalDelay } from "./refusal-delay.ts";

/** Who is calling, and may they? Rejects with `AppError` where not: core's `authenticate` with its engine. */
export type Authenticator = (credential: Credential) => Promise<Authenticated>;

interface AuthenticateDeps<Request> {
  readonly authenticator: (request: Request) => Promise<Authenticated>;
  readonly refusalDelay: RefusalDelay;
  /** Asked before each credential, and told of each that is refused; left out: nobody is. */
  readonly guard?: { admit(request: Request): void; refused(request: Request, error: unknown): number };
}

/** Authenticates; a credential that is not valid is answered no sooner for one reason than for another. */
export const createAuthenticate = <Request>({
  authenticator,
  refusalDelay,
  guard,
}: AuthenticateDeps<Request>): ((request: Request) => Promise<Authenticated>) => {
  const answerLate = async (request: Request, error: unknown, startedMs: number): Promise<never> => {
    if (error instanceof AppError && error.code === "INVALID_CREDENTIAL") await refusalDelay.settle(startedMs, guard?.refused(request, error));
    throw error;
  };
  return async (request) => {
    const startedMs = refusalDelay.start();
    guard?.admit(request);
    return authenticator(request).catch((error: unknown) => answerLate(request, error, startedMs));
  };
};
