interface ErrorEntry {
  readonly status: number;
  /** RFC 9457 `title`: the same for every occurrence. */
  readonly title: string;
  /** Cause and cure, for the docs. */
  readonly doc: string;
}

/** The catalogue of errors: code → status, title, doc. Answers are RFC 9457 problem details made from it. */
export const errors = {
  INVALID_REQUEST: {
    status: 400,
    title: "The request is not valid",
    doc: "A field is missing, unknown, of the wrong type or out of range. `errors` has one entry per field, with what is allowed.",
  },
  INVALID_JSON: { status: 400, title: "The body is not valid JSON", doc: "The body must be one JSON object in UTF-8, sent as `application/json`." },
  INVALID_CURSOR: { status: 400, title: "The cursor is not valid", doc: "Use `next_cursor` exactly as a list answered it, with the same filters." },
  LINK_NOT_VALID: {
    status: 400,
    title: "The link is not valid",
    doc: "A link that was mailed has expired, was used already, or is incomplete. Ask for another one.",
  },
  CREDENTIAL_IN_QUERY: {
    status: 400,
    title: "Credentials do not belong in a URL",
    doc: "A key in a query string ends in logs. Send it in `Authorization: Bearer` or `X-API-Key`, and regenerate a key that was sent in a URL.",
  },
  TWO_CREDENTIALS: { status: 400, title: "Two credentials were sent", doc: "Send either `Authorization: Bearer` or `X-API-Key`, once." },
  UNAUTHENTICATED: {
    status: 401,
    title: "Authentication is required",
    doc: "No credential was sent, or the session has ended. Send a root key or an API key in `Authorization: Bearer` or `X-API-Key`, or sign in.",
  },
  INVALID_CREDENTIAL: {
    status: 401,
    title: "The credential is not valid",
    doc: "The key is malformed, unknown, revoked, disabled or expired. The audit log and the verify call have the true reason.",
  },
  SIGN_IN_REFUSED: {
    status: 401,
    title: "Address or password is not right",
    doc: "No account has this e-mail address with this password; which of the two it is, is not told.",
  },
  CODE_NOT_VALID: {
    status: 401,
    title: "The code is not valid",
    doc: "The code of the second factor is wrong, was used already, or came too late. After too many, sign in with the password again.",
  },
  SSO_REFUSED: {
    status: 401,
    title: "Single sign-on was refused",
    doc: "The sign-in provider does not vouch for this person, what it says does not hold, or the sign-in was begun elsewhere or has ended. Begin again, in one browser.",
  },
  PERMISSION_DENIED: {
    status: 403,
    title: "This credential may not do that",
    doc: "The credential is good, but lacks the permission that the endpoint names.",
  },
  EMAIL_NOT_VERIFIED: {
    status: 403,
    title: "The e-mail address is not confirmed",
    doc: "Open the link that was mailed to the address, or ask for another one, then sign in.",
  },
  SIGN_UP_CLOSED: {
    status: 403,
    title: "An account needs an invitation",
    doc: "Accounts are opened by invitation, or by an operator. The operator may open sign-up to everybody with `KEYWRIGHT_OPEN_SIGN_UP`.",
  },
  PASSWORD_CHANGE_REQUIRED: {
    status: 403,
    title: "The password must be changed first",
    doc: "The account has a one-time password. Until it is changed (`POST /api/auth/change-password`), nothing else is allowed.",
  },
  CROSS_SITE_REQUEST: {
    status: 403,
    title: "The request does not come from our own pages",
    doc: "A change that is authenticated by a session must carry an `Origin` of our own, or `Sec-Fetch-Site: same-origin`. `KEYWRIGHT_PUBLIC_URL` says what our own is.",
  },
  TENANT_SUSPENDED: {
    status: 403,
    title: "The tenant is suspended",
    doc: "The operator has suspended this tenant; its keys and its management are refused until it is active again.",
  },
  ADDRESS_NOT_ALLOWED: { status: 403, title: "This address is not allowed", doc: "The credential has an allow-list and the client's address is not on it." },
  SCOPE_NOT_HELD: { status: 403, title: "A scope cannot be granted", doc: "Nobody can grant a scope or permission that they do not hold themselves." },
  NOT_FOUND: { status: 404, title: "There is no such resource", doc: "Nothing with this id is visible to this credential." },
  NO_SUCH_ENDPOINT: { status: 404, title: "There is no such endpoint", doc: "The path is not part of the API; `/docs/api` lists what is." },
  FEATURE_DISABLED: {
    status: 404,
    title: "API-key management is switched off",
    doc: "The flag `enable-api-key-management` is off, for everyone or for this tenant. Keys already issued go on being verified.",
  },
  METHOD_NOT_ALLOWED: { status: 405, title: "The method is not allowed here", doc: "The path exists with other methods; `Allow` names them." },
  KEY_LIMIT_REACHED: { status: 409, title: "The owner has as many keys as allowed", doc: "Revoke a key that is no longer needed, or let one expire." },
  KEY_NOT_ACTIVE: { status: 409, title: "The key is no longer alive", doc: "A revoked or expired key cannot be changed or regenerated; create a new one." },
  LAST_OWNER: {
    status: 409,
    title: "A tenant needs an owner",
    doc: "The last owner can neither leave nor take another role. Make somebody else an owner first.",
  },
  OWNS_KEYS: {
    status: 409,
    title: "There are live keys",
    doc: "A member's keys have to go somewhere: send `keys` as `revoke`, or as the team that takes them over. A team's keys are to be revoked before it is deleted.",
  },
  INVITED_ANOTHER: {
    status: 403,
    title: "The invitation is for somebody else",
    doc: "An invitation can be accepted by the account with the address that it was sent to, once that address is verified. Sign in with it.",
  },
  INVITATION_ENDED: {
    status: 410,
    title: "The invitation has ended",
    doc: "It was accepted, withdrawn or sent again, or seven days have passed. Ask for a new one.",
  },
  WEBHOOK_LIMIT_REACHED: { status: 409, title: "There are as many webhooks as allowed", doc: "A tenant may have 20. Delete one that is no longer needed." },
  WEBHOOK_DISABLED: { status: 409, title: "The webhook is disabled", doc: "Nothing is sent to it. Set its `status` to `active` first." },
  MUTE_LIMIT_REACHED: {
    status: 409,
    title: "As much is muted as allowed",
    doc: "A tenant may mute 100 subjects. Delete a mute that is no longer needed, or mute the rule.",
  },
  NAME_TAKEN: { status: 409, title: "The name or address is taken", doc: "Another resource of the tenant bears it." },
  PRECONDITION_FAILED: {
    status: 412,
    title: "The resource has changed meanwhile",
    doc: "`If-Match` names an older state. Read the resource again, then repeat the change.",
  },
  BODY_TOO_LARGE: { status: 413, title: "The body is too large", doc: "A body may have 256 kB at most." },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: "The body's type is not supported", doc: "Send `application/json`." },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    title: "The idempotency key was used for another request",
    doc: "Use a new `Idempotency-Key` for a new request; the same one only to repeat the same request.",
  },
  TOO_MANY_ATTEMPTS: {
    status: 429,
    title: "Too many attempts",
    doc: "This account, this address or, for invitations, this tenant has tried too often. Wait as long as `Retry-After` says.",
  },
  RATE_LIMITED: { status: 429, title: "Too many requests", doc: "Wait as long as `Retry-After` says." },
  QUOTA_EXCEEDED: { status: 429, title: "The monthly quota is used up", doc: "It starts anew with the next month (UTC), or when the quota is raised." },
  INTERNAL: { status: 500, title: "Something went wrong inside Keywright", doc: "A fault of Keywright. The request id finds it in the logs." },
  SSO_UNAVAILABLE: {
    status: 503,
    title: "The sign-in provider is out of reach",
    doc: "The OpenID provider did not answer in time, or not as one. Try again after `Retry-After`, or sign in with a password.",
  },
  UNAVAILABLE: {
    status: 503,
    title: "An engine that this needs is out of reach",
    doc: "An engine did not answer in time. Try again after `Retry-After`; `/readyz` says which engine it is. A verification may have been counted all the same; what creates is safe to repeat under its `Idempotency-Key`.",
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errors;
export const errorCodes = Object.keys(errors) as readonly ErrorCode[];
