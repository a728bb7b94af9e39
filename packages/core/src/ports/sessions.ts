import type { SignedIn } from "../people/signed-in.ts";

/** People's sessions. */
export interface Sessions {
  /**
   * Whose session the `Cookie` header of a request names; undefined: nobody's, as where it has ended, was revoked or is a forgery. Being asked
   * counts as use, and puts off the end of an idle session. Rejects with `AppError("PASSWORD_CHANGE_REQUIRED")` while the account has a one-time
   * password, and with `Unavailable` where an engine is out of reach.
   */
  find(cookieHeader: string): Promise<SignedIn | undefined>;
}
