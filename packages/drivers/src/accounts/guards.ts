import type { AttemptRule, Attempts } from "@keywright/core";
import type { BetterAuthOptions } from "better-auth";
import { APIError, createAuthMiddleware, getSessionFromCtx } from "better-auth/api";
import { endFormerSession, textOf } from "./context.ts";
import type { Exchanges } from "./exchange.ts";

/** Whether this invitation is open, and for this address. */
export type IsInvited = (invitation: string, email: string) => Promise<boolean>;

interface GuardDeps {
  readonly attempts: Attempts;
  readonly exchanges: Exchanges;
  readonly isSignUpOpen: boolean;
  readonly isInvited: IsInvited;
}

type Context = Parameters<Parameters<typeof createAuthMiddleware>[0]>[0];

/** Passwords tried on one account, known or not, from wherever; the right one starts anew. */
const passwordRule: AttemptRule = { max: 10, window: 900 };
/** Mails asked for one address. */
const mailRule: AttemptRule = { max: 5, window: 3_600 };

const mailing: readonly string[] = ["/request-password-reset", "/send-verification-email", "/sign-up/email"];
/** Calls with a session that ask for the password once more. */
const asking: readonly string[] = ["/change-password", "/two-factor/enable", "/two-factor/disable", "/two-factor/generate-backup-codes"];
/** What an account with a one-time password may do. */
const allowedBeforeChange: readonly string[] = ["/change-password", "/sign-out", "/get-session"];
/** The second step of a sign-in. */
const secondSteps: readonly string[] = ["/two-factor/verify-totp", "/two-factor/verify-backup-code"];
/** What is done without a session, or before there is one. */
const withoutSession: readonly string[] = ["/sign-in/email", "/sign-in/sso", "/sso/callback", "/verify-email", "/reset-password", ...mailing];

/** What is checked before the library's own work. */
export const createGuards = (deps: GuardDeps): NonNullable<BetterAuthOptions["hooks"]> => {
  const before = createAuthMiddleware(async (ctx) => {
    const { path } = ctx;
    if (path === "/sign-in/email") await count(deps, passwordSubject(textOf(ctx.body, "email")), passwordRule);
    if (mailing.includes(path)) await count(deps, `${path} ${textOf(ctx.body, "email").toLowerCase()}`, mailRule);
    if (path === "/sign-up/email") await requireAdmission(deps, ctx);
    if (withoutSession.includes(path)) return undefined;
    return guardSession(deps, ctx);
  });
  const after = createAuthMiddleware(async (ctx) => {
    if (ctx.context.returned instanceof Error) return;
    if (ctx.path === "/sign-in/email") {
      await deps.attempts.forget(passwordSubject(textOf(ctx.body, "email")));
      await endFormerSession(ctx);
    }
    const session = ctx.context.session;
    if (session === null || !asking.includes(ctx.path)) return;
    await deps.attempts.forget(passwordSubject(session.user.email));
    if (ctx.path === "/change-password") await ctx.context.internalAdapter.updateUser(session.user.id, { mustChangePassword: false });
  });
  return { before, after };
};

const passwordSubject = (email: string): string => `password ${email.toLowerCase()}`;

const count = async ({ attempts }: GuardDeps, subject: string, rule: AttemptRule): Promise<void> => {
  const { allowed, retryAfter } = await attempts.consume(subject, rule);
  if (!allowed) throw new APIError("TOO_MANY_REQUESTS", { code: "TOO_MANY_ATTEMPTS", message: "" }, { "x-retry-after": String(retryAfter) });
};

const refuse = (code: string, status: "FORBIDDEN" | "BAD_REQUEST" | "NOT_FOUND"): never => {
  throw new APIError(status, { code, message: code });
};

/** An invitation proves that its bearer reads the mails of the address; without one, the address has to be confirmed first. */
const requireAdmission = async ({ exchanges, isInvited, isSignUpOpen }: GuardDeps, { body }: Context): Promise<void> => {
  const invitation = textOf(body, "invitation");
  const exchange = exchanges.current();
  if (exchange === undefined) throw new Error("Signing up is part of an exchange.");
  exchange.isInvited = invitation !== "" && (await isInvited(invitation, textOf(body, "email").toLowerCase()));
  if (!exchange.isInvited && (invitation !== "" || !isSignUpOpen)) refuse("SIGN_UP_CLOSED", "FORBIDDEN");
};

const guardSession = async (deps: GuardDeps, ctx: Context) => {
  const session = await getSessionFromCtx(ctx);
  const { path, body } = ctx;
  const exchange = deps.exchanges.current();
  if (exchange !== undefined) {
    exchange.hadSession = session !== null;
    exchange.accountId = session?.user.id ?? (secondSteps.includes(path) ? await accountBetweenSteps(ctx) : undefined);
  }
  if (session === null) return undefined;
  if (Reflect.get(session.user, "mustChangePassword") === true && !allowedBeforeChange.includes(path)) refuse("PASSWORD_CHANGE_REQUIRED", "FORBIDDEN");
  if (asking.includes(path)) await count(deps, passwordSubject(session.user.email), passwordRule);
  if (path === "/change-password") {
    if (textOf(body, "newPassword") === textOf(body, "currentPassword")) refuse("PASSWORD_UNCHANGED", "BAD_REQUEST");
    // Whoever had the old password has no session left.
    return { context: { body: { ...body, revokeOtherSessions: true } } };
  }
  if (path === "/revoke-session") return { context: { body: { token: await tokenOf(ctx, session.user.id, textOf(body, "id")) } } };
  return undefined;
};

/** Whose password was right, of a sign-in that waits for its second factor. */
const accountBetweenSteps = async (ctx: Context): Promise<string | undefined> => {
  const { secret, internalAdapter, createAuthCookie } = ctx.context;
  const identifier = await ctx.getSignedCookie(createAuthCookie("two_factor").name, secret);
  return typeof identifier === "string" ? (await internalAdapter.findVerificationValue(identifier))?.value : undefined;
};

/** Sessions are named by their ids: a token never leaves but in its cookie. */
const tokenOf = async (ctx: Context, accountId: string, sessionId: string): Promise<string> => {
  const sessions = await ctx.context.internalAdapter.listSessions(accountId);
  return sessions.find(({ id }) => id === sessionId)?.token ?? refuse("NO_SUCH_SESSION", "NOT_FOUND");
};
