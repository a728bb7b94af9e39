import { AppError, type Attempts, invalidField, type OutsidePerson, outsideAccountId, type SignInProvider, type SignInSecrets } from "@keywright/core";
import type { BetterAuthPlugin } from "better-auth";
import { createAuthEndpoint } from "better-auth/api";
import { expireCookie, setSessionCookie } from "better-auth/cookies";
import { symmetricDecrypt, symmetricEncrypt } from "better-auth/crypto";
import { handleOAuthUserInfo } from "better-auth/oauth2";
import { type Context, endFormerSession, textOf } from "./context.ts";
import type { CallOrigin, Exchanges } from "./exchange.ts";
import type { IsInvited } from "./guards.ts";

interface SsoJoining extends CallOrigin {
  readonly person: OutsidePerson;
  readonly accountId: string;
}

/** People who sign in by a provider. */
export interface Sso {
  readonly provider: SignInProvider;
  /** Who somebody is by what the provider says of them; without an address where it does not say that it has verified one. */
  readonly readPerson: (claims: Readonly<Record<string, unknown>>) => OutsidePerson | undefined;
  /** Whether a member with this address waits for their account. */
  readonly isExpected: (email: string) => Promise<boolean>;
  /** Makes the account the member that the provider says it is; called where it names a tenant. */
  readonly settle: (joining: SsoJoining) => Promise<unknown>;
}

interface SsoDeps extends Sso {
  readonly publicUrl: string;
  readonly attempts: Attempts;
  readonly exchanges: Exchanges;
  readonly isSignUpOpen: boolean;
  readonly isInvited: IsInvited;
}

/** Under which name logins by the provider rest. */
const providerId = "sso";
/** From the sending of a browser to its return, in seconds. */
const awaySeconds = 600;
const returnPath = "/sso/callback";
/** Where people go on who have not said where to. */
const startPage = "/dashboard";

/** What the browser keeps, sealed, while it is at the provider. */
interface Begun extends SignInSecrets {
  readonly kind: "sso";
  readonly returnTo: string;
  readonly invitation: string;
  readonly endsAtMs: number;
}

/** Signing in by the provider: who somebody is, it says; accounts, sessions and cookies are the library's, as with a password. */
export const createSso = (deps: SsoDeps): BetterAuthPlugin => ({
  id: "keywright-sso",
  endpoints: {
    beginSso: createAuthEndpoint("/sign-in/sso", { method: "POST" }, (ctx) => begin(deps, ctx)),
    finishSso: createAuthEndpoint(returnPath, { method: "GET" }, (ctx) => finish(deps, ctx)),
  },
});

const returnAddress = ({ publicUrl }: SsoDeps): string => `${publicUrl}/api/auth${returnPath}`;

const begin = async (deps: SsoDeps, ctx: Context) => {
  const returnTo = readReturn(deps, textOf(ctx.body, "returnTo"));
  const { url, secrets } = await deps.provider.begin(returnAddress(deps));
  const begun: Begun = { ...secrets, kind: "sso", returnTo, invitation: textOf(ctx.body, "invitation"), endsAtMs: Date.now() + awaySeconds * 1_000 };
  const cookie = cookieOf(ctx);
  ctx.setCookie(cookie.name, await symmetricEncrypt({ key: ctx.context.secretConfig, data: JSON.stringify(begun) }), cookie.attributes);
  return ctx.json({ url });
};

/** A page of ours and of nobody else: a link that signs somebody in must not end at another's. */
const readReturn = ({ publicUrl }: SsoDeps, path: string): string => {
  if (path === "") return startPage;
  const isPath = /^\/[\x21-\x7e]*$/.test(path) && !path.includes("\\") && URL.canParse(path, publicUrl);
  if (!isPath || new URL(path, publicUrl).origin !== new URL(publicUrl).origin) throw invalidField("/return_to", "must be a path of ours, such as /keys");
  return path;
};

const cookieOf = (ctx: Context) => ctx.context.createAuthCookie("sso", { maxAge: awaySeconds });

const finish = async (deps: SsoDeps, ctx: Context) => {
  const begun = await takeBegun(deps, ctx);
  expireCookie(ctx, cookieOf(ctx));
  const query = new URLSearchParams(ctx.query as Record<string, string>);
  const claims = await deps.provider.finish(`${returnAddress(deps)}?${query}`, begun);
  const person = deps.readPerson(claims);
  if (person === undefined || person.email === null) throw refused("The sign-in provider does not say that it has verified your e-mail address.");
  const verified = { ...person, email: person.email };
  await requireWelcome(deps, ctx, { person: verified, invitation: begun.invitation });
  const { session, user } = await openSession(ctx, verified);
  await settle(deps, ctx, { person, accountId: user.id, token: session.token });
  await endFormerSession(ctx);
  await setSessionCookie(ctx, { session, user });
  return ctx.json({ returnTo: begun.returnTo });
};

const refused = (detail: string): AppError => new AppError("SSO_REFUSED", { detail });

/** What this browser began with this state; once, whichever process it comes back to. */
const takeBegun = async ({ attempts, exchanges }: SsoDeps, ctx: Context): Promise<Begun> => {
  const begun = await openSealed(ctx);
  if (begun === undefined || begun.state !== textOf(ctx.query, "state") || begun.endsAtMs <= Date.now())
    throw refused("This sign-in was begun in another browser, or too long ago. Begin again.");
  const exchange = exchanges.current();
  if (exchange !== undefined) exchange.isSsoBegun = true;
  const { allowed } = await attempts.consume(`sso ${begun.state}`, { max: 1, window: 2 * awaySeconds });
  if (!allowed) throw refused("This sign-in has come back once already. Begin again.");
  return begun;
};

const openSealed = async (ctx: Context): Promise<Begun | undefined> => {
  const sealed = ctx.getCookie(cookieOf(ctx).name);
  if (typeof sealed !== "string" || sealed === "") return undefined;
  try {
    const opened: unknown = JSON.parse(await symmetricDecrypt({ key: ctx.context.secretConfig, data: sealed }));
    return textOf(opened, "kind") === "sso" ? (opened as Begun) : undefined;
  } catch {
    return undefined;
  }
};

type VerifiedPerson = OutsidePerson & { readonly email: string };

interface Coming {
  readonly person: VerifiedPerson;
  readonly invitation: string;
}

/** Whether they may come in, as whom they have been or anew. */
const requireWelcome = async (deps: SsoDeps, ctx: Context, { person, invitation }: Coming): Promise<void> => {
  const { internalAdapter } = ctx.context;
  const owner = await internalAdapter.findAccountOwnerByKey({ providerId, accountId: outsideAccountId(person) });
  if (owner?.kind === "owned") return requireNoOperator(owner.user);
  const known = await internalAdapter.findUserByEmail(person.email, { includeAccounts: true });
  if (known !== null) {
    requireNoOperator(known.user);
    // Addresses pass from one person to another; who somebody is at the provider does not.
    if (known.accounts.some((login) => login.providerId === providerId))
      throw refused("Another person of the sign-in provider has the account with this address.");
    if (!known.user.emailVerified) throw refused("There is an account with this address that has never confirmed it. Confirm it by mail first.");
    return;
  }
  const isNamed = person.tenantId !== null && person.role !== "none";
  const isWelcome = isNamed || deps.isSignUpOpen || (await deps.isExpected(person.email)) || (await isInvitedBy(deps, invitation, person.email));
  if (!isWelcome) throw new AppError("SIGN_UP_CLOSED");
};

const isInvitedBy = async ({ isInvited }: SsoDeps, invitation: string, email: string): Promise<boolean> =>
  invitation !== "" && (await isInvited(invitation, email.toLowerCase()));

/** Whoever sees every tenant proves it here, with a password and a second factor, and by nobody's word. */
const requireNoOperator = (user: object): void => {
  if (Reflect.get(user, "isOperator") === true) throw refused("Operators sign in with their password.");
};

/** No token of the provider's is kept. */
const openSession = async (ctx: Context, person: VerifiedPerson) => {
  const accountId = outsideAccountId(person);
  const { email } = person;
  const { data, error } = await handleOAuthUserInfo(ctx, {
    userInfo: { id: accountId, email, emailVerified: true, name: person.name ?? email },
    account: { providerId, accountId },
  });
  if (data === null) throw refused(`The account could not be opened: ${error}.`);
  return data;
};

interface Settling {
  readonly person: OutsidePerson;
  readonly accountId: string;
  readonly token: string;
}

const settle = async (deps: SsoDeps, ctx: Context, { person, accountId, token }: Settling): Promise<void> => {
  const exchange = deps.exchanges.current();
  if (exchange !== undefined) exchange.accountId = accountId;
  if (person.tenantId === null) return;
  try {
    await deps.settle({ person, accountId, ip: null, requestId: null, ...exchange?.origin });
  } catch (error) {
    await ctx.context.internalAdapter.deleteSession(token);
    throw error;
  }
};
