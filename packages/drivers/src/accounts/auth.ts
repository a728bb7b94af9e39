import { randomUUID } from "node:crypto";
import type { AccountSecret, Attempts, Mail } from "@keywright/core";
import { betterAuth } from "better-auth";
import { isAPIError } from "better-auth/api";
import { twoFactor } from "better-auth/plugins/two-factor";
import { PostgresDialect, type PostgresPool } from "kysely";
import type { Exchanges } from "./exchange.ts";
import { createGuards, type IsInvited } from "./guards.ts";
import { knownMail, resetMail, verificationMail } from "./mails.ts";
import type { Passwords } from "./passwords.ts";
import { account, session, twoFactorSchema, user, verification } from "./schema.ts";
import { digestSessionTokens } from "./session-tokens.ts";
import { createSso, type Sso } from "./sso.ts";

/** What the library is told of the world around it. */
export interface AuthDeps {
  readonly pool: PostgresPool;
  /** Where people reach Keywright, such as `https://keys.example.com`. */
  readonly publicUrl: string;
  /** The current one first. */
  readonly secrets: readonly AccountSecret[];
  readonly newAccountId: () => string;
  readonly isSignUpOpen: boolean;
  readonly isInvited: IsInvited;
  readonly attempts: Attempts;
  readonly exchanges: Exchanges;
  /** Hands a mail over, and neither waits nor fails: how long that takes would tell whether there is an account. */
  readonly post: (mail: Mail) => void;
  /** A password that came by mail takes the place of a one-time password. */
  readonly forgetOneTimePassword: (accountId: string) => Promise<void>;
  readonly passwords: Passwords;
  /** undefined: people sign in with passwords alone. */
  readonly sso: Sso | undefined;
  /** Hears what the library warns of; never with a person's address in it. */
  readonly warn: (sentence: string) => void;
}

/** How long a session lives unused, and how long it lives at most, in seconds. */
export const idleSeconds = 24 * 3_600;
export const longestSeconds = 7 * 24 * 3_600;
/** How often the use of a session is written down, in seconds. */
const noteUseSeconds = 300;
const linkSeconds = 3_600;

/** By address, for every path of its own; the addresses of a network of IPv6 count as one. */
const addressRules = {
  "/sign-in/*": { max: 60, window: 900 },
  "/sign-up/*": { max: 20, window: 3_600 },
  "/request-password-reset": { max: 20, window: 3_600 },
  "/send-verification-email": { max: 20, window: 3_600 },
  "/reset-password": { max: 20, window: 3_600 },
  "/change-password": { max: 30, window: 900 },
  "/two-factor/*": { max: 30, window: 900 },
  "/sso/callback": { max: 60, window: 900 },
  "/get-session": false,
  "/list-sessions": false,
} as const;

export type Auth = ReturnType<typeof createAuth>;

export const createAuth = (deps: AuthDeps) => {
  const { publicUrl, secrets, attempts, exchanges, warn } = deps;
  return betterAuth({
    appName: "Keywright",
    baseURL: publicUrl,
    basePath: "/api/auth",
    secrets: secrets.map(({ version, value }) => ({ version, value })),
    database: { dialect: new PostgresDialect({ pool: exchanges.hear(deps.pool) }), type: "postgres" },
    user,
    session: { ...session, expiresIn: idleSeconds, updateAge: noteUseSeconds },
    account: { ...account, accountLinking: { enabled: deps.sso !== undefined } },
    verification: { ...verification, storeIdentifier: "hashed" },
    emailAndPassword: {
      enabled: true,
      requireEmailVerification: true,
      autoSignIn: false,
      minPasswordLength: 12,
      maxPasswordLength: 128,
      password: deps.passwords,
      resetPasswordTokenExpiresIn: linkSeconds,
      revokeSessionsOnPasswordReset: true,
      ...lettersOf(deps),
    },
    emailVerification: {
      expiresIn: linkSeconds,
      sendVerificationEmail: async ({ user: person, token }) => {
        if (!person.emailVerified) deps.post(verificationMail(person, `${publicUrl}/verify-email#token=${encodeURIComponent(token)}`));
      },
    },
    plugins: [
      digestSessionTokens(exchanges),
      ...(deps.sso === undefined ? [] : [createSso({ ...deps, ...deps.sso })]),
      twoFactor({
        issuer: "Keywright",
        schema: twoFactorSchema,
        accountLockout: { enabled: true, maxFailedAttempts: 10, durationSeconds: 900 },
        backupCodeOptions: { storeBackupCodes: "encrypted" },
      }),
    ],
    rateLimit: { enabled: true, window: 60, max: 100, customRules: addressRules, customStorage: { consume: attempts.consume } },
    hooks: createGuards(deps),
    databaseHooks: ownHooks(deps),
    advanced: {
      cookiePrefix: "keywright",
      useSecureCookies: publicUrl.startsWith("https:"),
      disableOriginCheck: false,
      ipAddress: { ipAddressHeaders: [clientIpHeader], ipv6Subnet: 64 },
      database: { validateSchema: false, generateId: ({ model }) => (model === "user" ? deps.newAccountId() : randomUUID()) },
    },
    // An engine out of reach is no answer of the library's.
    onAPIError: {
      onError: (error) => {
        if (!isAPIError(error)) throw error;
      },
    },
    logger: { level: "error", log: (_level, message) => warn(message) },
    telemetry: { enabled: false },
  });
};

/** By what name the server tells the library the client's address. */
export const clientIpHeader = "x-keywright-client-ip";

const lettersOf = ({ publicUrl, post, forgetOneTimePassword, exchanges }: AuthDeps) => ({
  // Behind the `#`: what a browser keeps to itself ends in nobody's log.
  sendResetPassword: async ({ user: person, token }: { readonly user: Person; readonly token: string }) =>
    post(resetMail(person, `${publicUrl}/reset-password#token=${token}`)),
  onExistingUserSignUp: async ({ user: person }: { readonly user: Person }) => post(knownMail(person, `${publicUrl}/sign-in`)),
  onPasswordReset: async ({ user: person }: { readonly user: Person }) => {
    const exchange = exchanges.current();
    if (exchange !== undefined) exchange.accountId = person.id;
    await forgetOneTimePassword(person.id);
  },
});

interface Person {
  readonly id: string;
  readonly email: string;
  readonly name: string;
}

const ownHooks = ({ exchanges }: AuthDeps) => ({
  user: {
    create: {
      before: async (person: { readonly email: string }) =>
        exchanges.current()?.isInvited === true ? { data: { ...person, emailVerified: true } } : undefined,
    },
  },
  session: {
    update: {
      // The use of a session puts off its end, but not for ever.
      before: async (change: SessionChange, context: SessionContext | null) => {
        const began = context?.context.session?.session.createdAt;
        if (change.expiresAt === undefined || began === undefined) return undefined;
        const lastMs = began.getTime() + longestSeconds * 1_000;
        return { data: { ...change, expiresAt: new Date(Math.min(change.expiresAt.getTime(), lastMs)) } };
      },
    },
  },
});

interface SessionChange {
  readonly expiresAt?: Date | undefined;
}

interface SessionContext {
  readonly context: { readonly session: { readonly session: { readonly createdAt: Date } } | null };
}
