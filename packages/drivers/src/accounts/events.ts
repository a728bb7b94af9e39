import type { AccountEvent } from "@keywright/core";

/** What somebody has done with an account, or tried to; the same shape as core's. */
export interface AccountHappening {
  readonly action: AccountEvent["action"];
  /** null: nobody knows whose it is. */
  readonly accountId: string | null;
  readonly reason?: string;
  readonly after?: object;
}

interface Done {
  readonly path: string;
  /** The call has begun a session, in a browser that had none where `hadSession` is false. */
  readonly hasNewSession: boolean;
  readonly hadSession: boolean;
}

const signedIn = (by: string) => ({ action: "account.signed_in", after: { by } }) as const;

/** Of calls that do one thing alone. */
const plain: Readonly<Record<string, Pick<AccountHappening, "action">>> = {
  "/sign-out": { action: "account.signed_out" },
  "/change-password": { action: "account.password_changed" },
  "/reset-password": { action: "account.password_reset" },
  "/two-factor/disable": { action: "account.second_factor_disabled" },
  "/two-factor/generate-backup-codes": { action: "account.recovery_codes_renewed" },
  "/revoke-session": { action: "account.session_revoked" },
  "/revoke-other-sessions": { action: "account.sessions_revoked" },
  "/revoke-sessions": { action: "account.sessions_revoked" },
};

const ways: Readonly<Record<string, string>> = {
  "/sign-in/email": "password",
  "/sso/callback": "sso",
  "/two-factor/verify-totp": "second factor",
  "/two-factor/verify-backup-code": "recovery code",
};

/** What the audit log tells of a call that was answered; undefined: nothing. */
export const happeningOf = ({ path, hasNewSession, hadSession }: Done): Omit<AccountHappening, "accountId"> | undefined => {
  if (path === "/two-factor/verify-totp" && hadSession) return hasNewSession ? { action: "account.second_factor_enabled" } : undefined;
  const way = ways[path];
  if (way !== undefined) return hasNewSession ? signedIn(way) : undefined;
  return plain[path];
};

/** The same of one that was refused. Of wrong passwords the log would tell at a stranger's will; how often they may be tried is counted. */
export const refusalOf = (path: string, code: string): Pick<AccountHappening, "action"> | undefined => {
  if (code === "CODE_NOT_VALID") return { action: "account.second_factor_refused" };
  return path === "/sso/callback" && code !== "SSO_UNAVAILABLE" ? { action: "account.sso_refused" } : undefined;
};
