import { randomBytes } from "node:crypto";
import { type AccountSecret, AppError, type Mailer, Secret, type SessionLook, type Sessions, type SignedIn } from "@keywright/core";
import { isAPIError } from "better-auth/api";
import { Kysely, PostgresDialect, type PostgresPool, sql } from "kysely";
import { createPostgresAttempts } from "./attempts.ts";
import { type Auth, clientIpHeader, createAuth, idleSeconds, longestSeconds } from "./auth.ts";
import type { AccountEndpoint } from "./endpoints.ts";
import { type AccountHappening, happeningOf, refusalOf } from "./events.ts";
import { type CallOrigin, createExchanges, type Exchanges } from "./exchange.ts";
import type { IsInvited } from "./guards.ts";
import { createPasswords, type Passwords } from "./passwords.ts";
import { toAppError } from "./refusals.ts";
import type { Sso } from "./sso.ts";
import { readFields, writeReply } from "./wire-form.ts";

export type { Passwords } from "./passwords.ts";
export type { Sso } from "./sso.ts";

export interface AccountsOptions {
  /** A database that `migrate` has prepared. Whoever opened it ends it. */
  readonly pool: PostgresPool;
  /** Where people reach Keywright; a session's cookie is `Secure` where it begins with `https`. */
  readonly publicUrl: string;
  /** The current one first. */
  readonly secrets: readonly AccountSecret[];
  readonly newAccountId: () => string;
  readonly mailer: Mailer;
  /** Whether anybody may open an account who can read mail at the address. */
  readonly isSignUpOpen: boolean;
  readonly isInvited: IsInvited;
  /** The library's scrypt where left out. */
  readonly passwords?: Passwords;
  /** undefined: people sign in with passwords alone. */
  readonly sso?: Sso | undefined;
  /** Told when somebody has signed in, before they have their answer. */
  readonly onSignIn: (signedIn: SignedIn, origin: CallOrigin) => Promise<void>;
  /** Told what somebody has done with an account, before they have their answer. */
  readonly onHappening: (happening: AccountHappening, origin: CallOrigin) => Promise<void>;
  /** Hears of mails that could not be handed over, and what the library warns of. */
  readonly onFailure: (sentence: string, error?: unknown) => void;
}

/** One call of `accountEndpoints`. */
export interface AccountCall extends CallOrigin {
  readonly endpoint: AccountEndpoint;
  /** The body's or the query's fields, as they came. */
  readonly fields: unknown;
  readonly cookie: string | undefined;
  readonly userAgent: string | undefined;
}

export interface AccountReply {
  readonly body: object;
  /** `Set-Cookie` headers. */
  readonly cookies: readonly string[];
  /** The path of ours to which the browser goes on. */
  readonly goTo?: string;
}

export interface NewOperator {
  readonly email: string;
  /** To be shown once, and changed at the first sign-in. */
  readonly password: Secret;
}

export interface Accounts extends Sessions {
  /** Answers a call of people's accounts. Rejects with `AppError`, or `Unavailable` where an engine is out of reach. */
  call(call: AccountCall): Promise<AccountReply>;
  /** An operator's account with a one-time password. One that is there already gets it in the place of its password and second factor, and loses its sessions. */
  makeOperator(email: string): Promise<NewOperator>;
}

interface State extends AccountsOptions {
  readonly auth: Auth;
  readonly exchanges: Exchanges;
}

/** Accounts and sessions, by a library, on the store's own database. */
export const openAccounts = (options: AccountsOptions): Accounts => {
  const exchanges = createExchanges();
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: options.pool }) });
  const attempts = createPostgresAttempts(options.pool, { secret: options.secrets[0]?.value ?? "", nowMs: () => Date.now() });
  const auth = createAuth({
    ...options,
    sso: options.sso,
    passwords: options.passwords ?? createPasswords(),
    attempts,
    exchanges,
    post: (mail) => void options.mailer.send(mail).catch((error: unknown) => options.onFailure("A mail could not be handed over.", error)),
    forgetOneTimePassword: async (accountId) => {
      await sql`update accounts set must_change_password = false where id = ${accountId}`.execute(db);
    },
    warn: (sentence) => options.onFailure(sentence),
  });
  const state: State = { ...options, auth, exchanges };
  return {
    call: (call) => exchanges.during(() => answer(state, call), call),
    find: (cookieHeader, look) => exchanges.during(() => findSession(state, cookieHeader, look)),
    makeOperator: (email) => exchanges.during(() => makeOperator(state, email)),
  } satisfies Accounts;
};

const answer = async (state: State, call: AccountCall): Promise<AccountReply> => {
  const { endpoint, cookie } = call;
  const { body, cookies } = await ask(state, call).catch(async (error: unknown) => {
    await tellRefusal(state, call, error);
    throw error;
  });
  const newSession = endpoint.path === "/get-session" ? undefined : sessionCookieIn(cookies);
  if (newSession !== undefined) await tellSignIn(state, newSession, call);
  await tellDone(state, call, newSession !== undefined);
  const current = endpoint.path.endsWith("-session") || endpoint.path.endsWith("-sessions") ? await currentSessionId(state, newSession ?? cookie) : undefined;
  const goTo: unknown = endpoint.isNavigation === true ? Reflect.get(body, "returnTo") : undefined;
  return { body: writeReply(endpoint.path, body, current), cookies, ...(typeof goTo === "string" && { goTo }) };
};

const ask = async (state: State, call: AccountCall): Promise<{ readonly body: object; readonly cookies: readonly string[] }> => {
  const response = await state.auth.handler(toRequest(state, call));
  const body: unknown = response.body === null ? null : await response.json().catch(() => null);
  if (!response.ok) throw toAppError({ status: response.status, code: codeIn(body), retryAfterSeconds: secondsIn(response.headers.get("x-retry-after")) });
  return { body: typeof body === "object" && body !== null ? body : {}, cookies: response.headers.getSetCookie().map(outliveIdle) };
};

const tellRefusal = async ({ exchanges, onHappening }: State, { endpoint, ip, requestId }: AccountCall, error: unknown): Promise<void> => {
  const exchange = exchanges.current();
  if (!(error instanceof AppError) || exchange === undefined) return;
  const happening = refusalOf(endpoint.path, error.code);
  // What comes from nowhere is nobody's: the log would fill at a stranger's will.
  if (happening === undefined || (exchange.accountId === undefined && !exchange.isSsoBegun)) return;
  await onHappening({ ...happening, accountId: exchange.accountId ?? null, reason: error.message }, { ip, requestId });
};

const tellDone = async ({ exchanges, onHappening }: State, { endpoint, ip, requestId }: AccountCall, hasNewSession: boolean): Promise<void> => {
  const exchange = exchanges.current();
  if (exchange?.accountId === undefined) return;
  const happening = happeningOf({ path: endpoint.path, hasNewSession, hadSession: exchange.hadSession });
  if (happening !== undefined) await onHappening({ ...happening, accountId: exchange.accountId }, { ip, requestId });
};

const toRequest = ({ publicUrl }: State, { endpoint, fields, cookie, userAgent, ip }: AccountCall): Request => {
  const { method, path } = endpoint;
  const read = readFields(endpoint, fields);
  const url = new URL(`/api/auth${path}`, publicUrl);
  // The server has seen to it that the call comes from our own pages, by whichever name they are reached.
  const headers = new Headers({ origin: url.origin, ...(ip !== null && { [clientIpHeader]: ip }) });
  if (cookie !== undefined) headers.set("cookie", cookie);
  if (userAgent !== undefined) headers.set("user-agent", userAgent.slice(0, 256));
  if (method === "POST") headers.set("content-type", "application/json");
  else for (const [name, value] of Object.entries(read)) url.searchParams.set(name, String(value));
  return new Request(url, { method, headers, ...(method === "POST" && { body: JSON.stringify(read) }) });
};

const codeIn = (body: unknown): string | undefined => {
  const code: unknown = typeof body === "object" && body !== null ? Reflect.get(body, "code") : undefined;
  return typeof code === "string" ? code : undefined;
};

const secondsIn = (text: string | null): number | undefined => (text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined);

const sessionCookie = /^(?:__Secure-)?keywright\.session_token=/;

/** The library tells the browser to forget the cookie with the idle session, but only some calls would renew it; the session itself ends all the same. */
const outliveIdle = (cookie: string): string => (sessionCookie.test(cookie) ? cookie.replace(`Max-Age=${idleSeconds}`, `Max-Age=${longestSeconds}`) : cookie);

/** The session that an answer begins, as a browser would send it back; undefined: none, or one that it ends. */
const sessionCookieIn = (cookies: readonly string[]): string | undefined =>
  cookies.find((cookie) => sessionCookie.test(cookie) && !/^[^=]+=;/.test(cookie))?.split(";", 1)[0];

const lookUp = async ({ auth }: State, cookie: string, isUse = true) => {
  try {
    return await auth.api.getSession({ headers: new Headers({ cookie }), ...(!isUse && { query: { disableRefresh: true } }) });
  } catch (error) {
    if (isAPIError(error) && error.statusCode < 500) return null;
    throw error;
  }
};

const currentSessionId = async (state: State, cookie: string | undefined): Promise<string | undefined> =>
  cookie === undefined ? undefined : (await lookUp(state, cookie))?.session.id;

type Found = NonNullable<Awaited<ReturnType<typeof lookUp>>>;

const toSignedIn = ({ user }: Found): SignedIn => ({
  accountId: user.id,
  email: user.email,
  name: user.name,
  isOperator: user.isOperator,
  // A plugin's field, which the library's types lose beside plugins that are there by configuration.
  hasTwoFactor: "twoFactorEnabled" in user && user.twoFactorEnabled === true,
  mustChangePassword: user.mustChangePassword,
});

const tellSignIn = async (state: State, cookie: string, { ip, requestId }: CallOrigin): Promise<void> => {
  const found = await lookUp(state, cookie);
  if (found === null) return;
  const exchange = state.exchanges.current();
  if (exchange !== undefined) exchange.accountId = found.user.id;
  if (!found.user.mustChangePassword) await state.onSignIn(toSignedIn(found), { ip, requestId });
};

const findSession = async (state: State, cookieHeader: string, { isUse, admitsOneTimePassword }: SessionLook = {}): Promise<SignedIn | undefined> => {
  if (!cookieHeader.includes("keywright.session_token=")) return undefined;
  const found = await lookUp(state, cookieHeader, isUse);
  if (found === null) return undefined;
  if (found.user.mustChangePassword && admitsOneTimePassword !== true) throw new AppError("PASSWORD_CHANGE_REQUIRED");
  return toSignedIn(found);
};

/** 120 bits. */
const oneTimePassword = (): string => randomBytes(15).toString("base64url");

const makeOperator = async ({ auth }: State, email: string): Promise<NewOperator> => {
  const { internalAdapter, password, adapter } = await auth.$context;
  const given = oneTimePassword();
  const hash = await password.hash(given);
  const standing = { isOperator: true, mustChangePassword: true, emailVerified: true, twoFactorEnabled: false };
  const known = await internalAdapter.findUserByEmail(email.toLowerCase());
  if (known === null) {
    const { id } = await internalAdapter.createUser({ email: email.toLowerCase(), name: "Operator", ...standing }, { method: "email-password" });
    await internalAdapter.linkAccount({ userId: id, providerId: "credential", accountId: id, password: hash });
  } else {
    const { id } = known.user;
    await internalAdapter.updateUser(id, standing);
    await adapter.deleteMany({ model: "twoFactor", where: [{ field: "userId", value: id }] });
    if ((await internalAdapter.findCredentialAccount(id)) === null)
      await internalAdapter.linkAccount({ userId: id, providerId: "credential", accountId: id, password: hash });
    else await internalAdapter.updatePassword(id, hash);
    await internalAdapter.deleteUserSessions(id);
  }
  return { email: email.toLowerCase(), password: new Secret(given) };
};
