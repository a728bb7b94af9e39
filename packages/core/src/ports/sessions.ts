import type { SignedIn } from "../people/signed-in.ts";

export interface SessionLook {
  /** false: the look is no use of the session, and puts off nothing. */
  readonly isUse?: boolean;
  /** true: also while the account has a one-time password. Whoever asks so lets it do nothing but look at itself. */
  readonly admitsOneTimePassword?: boolean;
}

/** People's sessions. */
export interface Sessions {
  /**
   * Whose session the `Cookie` header of a request names; undefined: nobody's, as where it has ended, was revoked or is a forgery. Being asked
   * counts as use, and puts off the end of an idle session, unless the look says otherwise. Rejects with `AppError("PASSWORD_CHANGE_REQUIRED")` while the account has a one-time
   * password, and with `Unavailable` where an engine is out of reach.
   */
  find(cookieHeader: string, look?: SessionLook): Promise<SignedIn | undefined>;
}
