import { randomUUID } from "node:crypto";
import { createMemoryMailer, type SignedIn, Unavailable } from "@keywright/core";
import type { PostgresPool } from "kysely";
import { openAccounts, type Sso } from "../accounts/accounts.ts";
import { accountEndpoints } from "../accounts/endpoints.ts";
import type { AccountHappening } from "../accounts/events.ts";
import { migrate } from "../postgres/migrate.ts";

export const password = "correct horse battery";
export const otherPassword = "another horse battery";
export const invitation = "invited-by-acme";
/** By which cookies are signed. */
export const signingSecret = "0123456789abcdef".repeat(4);

interface WorldOptions {
  readonly publicUrl?: string;
  readonly isSignUpOpen?: boolean;
  readonly onSignIn?: (signedIn: SignedIn) => Promise<void>;
  readonly sso?: Sso;
}

/** Whatever an answer may have. */
export interface Reply {
  readonly account?: { readonly id: string; readonly email: string; readonly must_change_password: boolean; readonly two_factor_enabled: boolean } | null;
  readonly session?: { readonly id: string } | null;
  readonly data?: readonly { readonly id: string; readonly current: boolean; readonly ip: string | null }[];
  readonly two_factor_required?: boolean;
  readonly totp_uri?: string;
  readonly recovery_codes?: readonly string[];
}

/** A browser: keeps the cookies that it is given, and sends them back. */
export interface Browser {
  readonly cookies: Map<string, string>;
  /** `Set-Cookie` headers of the last answer. */
  readonly given: string[];
  cookie(): string;
  /** `call` is a method and a path. */
  ask(call: string, fields?: object, ip?: string): Promise<Reply>;
}

/** Accounts on a database, a mailer that remembers, and people with browsers. */
export const openAccountsWorld = async (pool: PostgresPool, options: WorldOptions = {}) => {
  const { publicUrl = "http://keys.example.com", isSignUpOpen = false, onSignIn, sso } = options;
  await migrate(pool);
  const happenings: AccountHappening[] = [];
  const mailer = createMemoryMailer();
  const failures: string[] = [];
  const nextAddress = createAddresses();
  const accounts = openAccounts({
    pool,
    publicUrl,
    secrets: [{ version: 1, value: signingSecret }],
    newAccountId: () => `acc_${randomUUID()}`,
    mailer,
    isSignUpOpen,
    isInvited: async (token) => token === invitation,
    sso,
    onSignIn: onSignIn ?? (async () => {}),
    onHappening: async (happening) => void happenings.push(happening),
    onFailure: (sentence) => void failures.push(sentence),
  });
  const newBrowser = (): Browser => {
    const here = nextAddress();
    const cookies = new Map<string, string>();
    const given: string[] = [];
    const cookie = () => [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    return {
      cookies,
      given,
      cookie,
      ask: async (call, fields = {}, ip = here) => {
        const endpoint = accountEndpoints.find((one) => `${one.method} ${one.path}` === call);
        if (endpoint === undefined) throw new Error(`There is no ${call}.`);
        const reply = await accounts.call({ endpoint, fields, cookie: cookies.size === 0 ? undefined : cookie(), userAgent: "Test", ip, requestId: "req_1" });
        given.splice(0, given.length, ...reply.cookies);
        for (const text of reply.cookies) keep(cookies, text);
        return reply.body as Reply;
      },
    };
  };
  const join = async (email: string): Promise<Browser> => {
    const browser = newBrowser();
    await browser.ask("POST /sign-up/email", { email, password, name: "Ada", invitation });
    return browser;
  };
  const signIn = async (email: string): Promise<Browser> => {
    const browser = newBrowser();
    await browser.ask("POST /sign-in/email", { email, password });
    return browser;
  };
  return { accounts, mailer, failures, happenings, newBrowser, join, signIn };
};

/** Everybody has an address of their own, in whatever world. */
const randomOctet = (): number => Math.floor(Math.random() * 256);
const createAddresses = () => {
  const [second, third] = [randomOctet(), randomOctet()];
  const state = { fourth: 0 };
  return (): string => {
    state.fourth++;
    return `10.${second}.${third}.${state.fourth % 256}`;
  };
};

const keep = (cookies: Map<string, string>, text: string): void => {
  const [pair = "", ...attributes] = text.split(";");
  const [name = "", ...value] = pair.split("=");
  if (attributes.some((attribute) => /^ ?max-age=0$/i.test(attribute))) cookies.delete(name);
  else cookies.set(name, value.join("="));
};

/** A pool whose every connection is refused while `isAway`. */
export const losePool = (pool: PostgresPool, state: { isAway: boolean }): PostgresPool => ({
  options: {},
  end: () => pool.end(),
  connect: async () => {
    if (state.isAway) throw new Unavailable("store");
    return pool.connect();
  },
});
