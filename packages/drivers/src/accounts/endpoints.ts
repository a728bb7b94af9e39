/** What a call's body may hold. */
type FieldKind = "text" | "long text" | "email" | "flag";

export interface AccountEndpoint {
  readonly method: "GET" | "POST";
  /** Under `/api/auth`; the library's own path. */
  readonly path: string;
  /** The fields of the body, or of a GET's query. A name that ends in `?` may be left out. */
  readonly fields: Readonly<Record<string, FieldKind>>;
  /** Whether its answer, in time and in wording, must be the same for an address that has an account and for one that has none. */
  readonly isGuarded?: true;
  /** Whether a browser itself comes here, sent by another site with fields of its own, and is sent on. */
  readonly isNavigation?: true;
  /** Whether it is there only where people sign in by a provider too. */
  readonly isSso?: true;
}

const password = { password: "text" } as const;
const code = { code: "text", "trust_device?": "flag" } as const;

/** Which ways there are to sign in: answered without the library. */
export const methodsPath = "/methods";

/** Every call of accounts and sessions that there is. The library has others; they are not there for anyone. */
export const accountEndpoints: readonly AccountEndpoint[] = [
  { method: "POST", path: "/sign-in/email", fields: { email: "email", ...password, "remember_me?": "flag" }, isGuarded: true },
  { method: "GET", path: methodsPath, fields: {} },
  { method: "POST", path: "/sign-in/sso", fields: { "return_to?": "text", "invitation?": "text" }, isSso: true },
  {
    method: "GET",
    path: "/sso/callback",
    isSso: true,
    fields: { state: "long text", "code?": "long text", "iss?": "text", "error?": "text", "error_description?": "long text" },
    isNavigation: true,
  },
  { method: "POST", path: "/sign-up/email", fields: { email: "email", ...password, name: "text", "invitation?": "text" }, isGuarded: true },
  { method: "GET", path: "/verify-email", fields: { token: "text" } },
  { method: "POST", path: "/send-verification-email", fields: { email: "email" }, isGuarded: true },
  { method: "POST", path: "/request-password-reset", fields: { email: "email" }, isGuarded: true },
  { method: "POST", path: "/reset-password", fields: { token: "text", new_password: "text" } },
  { method: "POST", path: "/change-password", fields: { current_password: "text", new_password: "text" } },
  { method: "POST", path: "/sign-out", fields: {} },
  { method: "GET", path: "/get-session", fields: {} },
  { method: "GET", path: "/list-sessions", fields: {} },
  { method: "POST", path: "/revoke-session", fields: { id: "text" } },
  { method: "POST", path: "/revoke-other-sessions", fields: {} },
  { method: "POST", path: "/revoke-sessions", fields: {} },
  { method: "POST", path: "/two-factor/enable", fields: password },
  { method: "POST", path: "/two-factor/disable", fields: password },
  { method: "POST", path: "/two-factor/verify-totp", fields: code },
  { method: "POST", path: "/two-factor/verify-backup-code", fields: code },
  { method: "POST", path: "/two-factor/generate-backup-codes", fields: password },
];
