import Type, { type TSchema } from "typebox";
import type { ErrorCode } from "./errors.ts";
import { closed, nullable, time } from "./schemas/text.ts";

/** One call of people's accounts and sessions, under `accountsBase`. */
export interface AccountCallRow {
  readonly method: "GET" | "POST";
  readonly path: string;
  /** One line for the docs. */
  readonly doc: string;
  /** Whether it is for whoever has signed in. */
  readonly needsSession: boolean;
  /** The body, or a GET's query. */
  readonly fields?: TSchema;
  /** Its answer; null: the browser is sent on. */
  readonly reply: TSchema | null;
  readonly errors: readonly ErrorCode[];
}

export const accountsBase = "/api/auth";

const Account = Type.Object({
  id: Type.String(),
  email: Type.String(),
  name: Type.String(),
  is_operator: Type.Boolean(),
  must_change_password: Type.Boolean({ description: "Nothing else is allowed before it is changed." }),
  two_factor_enabled: Type.Boolean(),
});
const Session = Type.Object({
  id: Type.String({ description: "Names the session; it is no credential." }),
  created_at: time("When somebody signed in."),
  expires_at: time("When it ends, unless it is used before."),
  ip: nullable(Type.String()),
  user_agent: nullable(Type.String()),
  current: Type.Boolean({ description: "Whether it is the one that asks." }),
});
const done = Type.Object({ ok: Type.Literal(true) });
const signedIn = Type.Object({ account: Account });
const email = Type.String({ format: "email", maxLength: 254 });
const secretText = Type.String({ minLength: 1, maxLength: 1_024, format: "password" });
const newPassword = Type.String({ minLength: 12, maxLength: 128, format: "password" });
const token = Type.String({ minLength: 1, maxLength: 1_024, description: "Of the link in the mail." });
const withPassword = Type.Object({ password: secretText }, closed);
const withCode = Type.Object({ code: Type.String({ minLength: 1, maxLength: 64 }), trust_device: Type.Optional(Type.Boolean()) }, closed);
const withEmail = Type.Object({ email }, closed);
const nothing = Type.Object({}, closed);
const recoveryCodes = Type.Array(Type.String(), { description: "Each for one use; shown once." });

type Asked = Pick<AccountCallRow, "doc" | "fields" | "reply"> & { readonly errors?: readonly ErrorCode[] };
const get = (path: string, { errors = [], ...asked }: Asked, needsSession = false): AccountCallRow => ({ method: "GET", path, needsSession, errors, ...asked });
const post = (path: string, { errors = [], ...asked }: Asked): AccountCallRow => ({ method: "POST", path, needsSession: false, errors, ...asked });
/** For whoever has signed in. */
const own = (path: string, { errors = [], ...asked }: Asked): AccountCallRow => ({ method: "POST", path, needsSession: true, errors, ...asked });

/** Every call of accounts and sessions that there is. */
export const accountCalls: readonly AccountCallRow[] = [
  get("/methods", {
    doc: "Which ways there are to sign in.",
    reply: Type.Object({ password: Type.Boolean(), sso: nullable(Type.Object({ label: Type.String({ description: "What the button says." }) })) }),
  }),
  post("/sign-in/email", {
    doc: "Sign in with e-mail and password. The answer sets the session's cookie, unless a second factor is asked for.",
    fields: Type.Object({ email, password: secretText, remember_me: Type.Optional(Type.Boolean()) }, closed),
    reply: Type.Union([signedIn, Type.Object({ two_factor_required: Type.Literal(true) })]),
    errors: ["SIGN_IN_REFUSED", "EMAIL_NOT_VERIFIED"],
  }),
  post("/sign-in/sso", {
    doc: "Begin to sign in by the OpenID provider: send the browser to `url`.",
    fields: Type.Object(
      {
        return_to: Type.Optional(Type.String({ description: "The path of ours where the browser ends, such as `/dashboard`." })),
        invitation: Type.Optional(Type.String({ description: "The token of an invitation's link, for who has no account yet." })),
      },
      closed,
    ),
    reply: Type.Object({ url: Type.String({ format: "uri" }) }),
    errors: ["NO_SUCH_ENDPOINT", "SSO_UNAVAILABLE"],
  }),
  get("/sso/callback", {
    doc: "Where the provider sends the browser back to. A browser that is refused is sent to the sign-in page, with `error` and `request_id`.",
    fields: Type.Object({
      state: Type.String(),
      code: Type.Optional(Type.String()),
      iss: Type.Optional(Type.String()),
      error: Type.Optional(Type.String()),
      error_description: Type.Optional(Type.String()),
    }),
    reply: null,
    errors: ["SSO_REFUSED", "SIGN_UP_CLOSED", "PERMISSION_DENIED", "NOT_FOUND", "TENANT_SUSPENDED", "NO_SUCH_ENDPOINT", "SSO_UNAVAILABLE"],
  }),
  post("/sign-up/email", {
    doc: "Open an account. The answer is the same whether or not there is one already.",
    fields: Type.Object({ email, password: newPassword, name: Type.String({ maxLength: 1_024 }), invitation: Type.Optional(Type.String()) }, closed),
    reply: done,
    errors: ["SIGN_UP_CLOSED"],
  }),
  get("/verify-email", { doc: "Confirm an address by the link of a mail.", fields: Type.Object({ token }, closed), reply: done, errors: ["LINK_NOT_VALID"] }),
  post("/send-verification-email", { doc: "Ask for that mail again; the answer is the same for every address.", fields: withEmail, reply: done }),
  post("/request-password-reset", { doc: "Ask for a new password by mail; the answer is the same for every address.", fields: withEmail, reply: done }),
  post("/reset-password", {
    doc: "Choose a new password by the link of a mail; every session ends.",
    fields: Type.Object({ token, new_password: newPassword }, closed),
    reply: done,
    errors: ["LINK_NOT_VALID"],
  }),
  own("/change-password", {
    doc: "Change the password; every other session ends.",
    fields: Type.Object({ current_password: secretText, new_password: newPassword }, closed),
    reply: done,
  }),
  post("/sign-out", { doc: "End the session.", fields: nothing, reply: done }),
  get("/get-session", {
    doc: "Who has signed in; both are null where nobody has.",
    reply: Type.Object({ account: nullable(Account), session: nullable(Session) }),
  }),
  get("/list-sessions", { doc: "One's sessions.", reply: Type.Object({ data: Type.Array(Session) }) }, true),
  own("/revoke-session", { doc: "End a session of one's own.", fields: Type.Object({ id: Type.String() }, closed), reply: done, errors: ["NOT_FOUND"] }),
  own("/revoke-other-sessions", { doc: "End all others.", fields: nothing, reply: done }),
  own("/revoke-sessions", { doc: "Sign out everywhere.", fields: nothing, reply: done }),
  own("/two-factor/enable", {
    doc: "Begin to use a second factor; it is on once a first code was verified.",
    fields: withPassword,
    reply: Type.Object({ totp_uri: Type.String({ description: "For an authenticator, RFC 6238." }), recovery_codes: recoveryCodes }),
  }),
  own("/two-factor/disable", { doc: "Use it no longer.", fields: withPassword, reply: done }),
  post("/two-factor/verify-totp", { doc: "The second step of a sign-in, or the first code.", fields: withCode, reply: signedIn, errors: ["CODE_NOT_VALID"] }),
  post("/two-factor/verify-backup-code", { doc: "The second step, by a recovery code.", fields: withCode, reply: signedIn, errors: ["CODE_NOT_VALID"] }),
  own("/two-factor/generate-backup-codes", {
    doc: "Other recovery codes in the place of those before.",
    fields: withPassword,
    reply: Type.Object({ recovery_codes: recoveryCodes }),
  }),
];
