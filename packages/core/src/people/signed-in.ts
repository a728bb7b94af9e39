/** A person whose sign-in has been proved, by a session or by an outside token. */
export interface SignedIn {
  readonly accountId: string;
  /** Verified: whoever signed in has shown that they read mail at this address. Never an address that was only claimed. */
  readonly email: string;
  readonly name: string;
  readonly isOperator: boolean;
  /** Left out with a token of another system: that one's own affair. */
  readonly hasTwoFactor?: boolean;
  /** Whether the account has a one-time password. */
  readonly mustChangePassword?: boolean;
}
