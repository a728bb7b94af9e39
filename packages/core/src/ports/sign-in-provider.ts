import type { Claims } from "../rules/claims.ts";

/** What has to be the same when a browser comes back from the provider. Secret: whoever has these can finish the sign-in as their own. */
export interface SignInSecrets {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** A provider by which people sign in, with a browser that is sent there and comes back. Every call has a deadline. */
export interface SignInProvider {
  /** To the letter. */
  readonly issuer: string;
  /** Where to send a browser that is to come back to `returnAddress`. Rejects with `AppError("SSO_UNAVAILABLE")`, or with `AppError("SSO_REFUSED")` where it calls itself by another name. */
  begin(returnAddress: string): Promise<{ readonly url: string; readonly secrets: SignInSecrets }>;
  /**
   * What the provider says of the person, by the address at which the browser has come back. Rejects with `AppError("SSO_REFUSED")` where it does
   * not vouch for them, or where what it says does not hold, and with `AppError("SSO_UNAVAILABLE")` where it cannot be asked.
   */
  finish(backAt: string, secrets: SignInSecrets): Promise<Claims>;
}
