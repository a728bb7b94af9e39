import { join } from "node:path";
import { deriveAccountSecrets, isInvited, linkAccount, loadPeppers, type Mailer, newId, type SignedIn } from "@keywright/core";
import { accountEndpoints, createOutboxMailer } from "@keywright/drivers";
import type { Accounts, NewOperator } from "@keywright/drivers/accounts";
import type { Engine } from "../engine.ts";
import type { AccountsDoor } from "../http/accounts-door.ts";
import type { Closers } from "./closers.ts";
import type { OpenedStore } from "./open-store.ts";

export interface AccountsSettings {
  readonly dataDir: string;
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string;
  readonly isSignUpOpen: boolean;
  /** Where people reach the server; asked when the first of them comes. */
  readonly publicUrl: () => string;
  /** Told of mails that are files, with their links, for whoever sits at the machine. */
  readonly print: (text: string) => void;
  readonly onFailure: (sentence: string, error?: unknown) => void;
}

export interface OpenedAccounts extends AccountsDoor {
  makeOperator(email: string): Promise<NewOperator>;
}

interface Opening {
  readonly engine: Engine;
  readonly pool: OpenedStore["pool"];
  readonly closers: Closers;
}

/**
 * People's accounts. The library behind them takes half a second and 40 MB to load: that is done when somebody calls for the first time, so that
 * neither a start nor a process that only verifies has to pay for it.
 */
export const openLazyAccounts = (opening: Opening, settings: AccountsSettings): OpenedAccounts => {
  const state: { opened: Promise<Accounts> | undefined } = { opened: undefined };
  const open = (): Promise<Accounts> => {
    state.opened ??= openAll(opening, settings).catch((error: unknown) => {
      state.opened = undefined;
      throw error;
    });
    return state.opened;
  };
  return {
    endpoints: accountEndpoints,
    call: async (call) => {
      const endpoint = accountEndpoints.find(({ method, path }) => method === call.endpoint.method && path === call.endpoint.path);
      if (endpoint === undefined) throw new TypeError(`There is no ${call.endpoint.path}.`);
      return (await open()).call({ ...call, endpoint });
    },
    find: async (cookieHeader) => (await open()).find(cookieHeader),
    makeOperator: async (email) => (await open()).makeOperator(email),
  } satisfies OpenedAccounts;
};

const openAll = async (opening: Opening, settings: AccountsSettings): Promise<Accounts> => {
  const { engine, pool } = opening;
  const [{ openAccounts }, mailer, peppers] = await Promise.all([import("@keywright/drivers/accounts"), openMailer(opening, settings), loadPeppers(engine)]);
  return openAccounts({
    pool,
    mailer,
    newAccountId: () => newId(engine.random, "acc"),
    publicUrl: settings.publicUrl(),
    secrets: deriveAccountSecrets(engine.cryptography, peppers),
    isSignUpOpen: settings.isSignUpOpen,
    isInvited: (token, email) => isInvited(engine, token, email),
    onSignIn: async (signedIn: SignedIn, ip) => {
      await linkAccount(engine, { signedIn, ip, requestId: null });
    },
    onFailure: settings.onFailure,
  });
};

const openMailer = async ({ closers }: Opening, { smtpUrl, mailFrom, dataDir, print }: AccountsSettings): Promise<Mailer> => {
  if (smtpUrl === undefined) {
    const tell = (mail: { readonly to: string; readonly subject: string; readonly link: string | undefined; readonly file: string }): void =>
      print(`A mail to ${mail.to}, "${mail.subject}", is in ${mail.file}${mail.link === undefined ? "" : `\n  ${mail.link}`}\n`);
    return createOutboxMailer({ folder: join(dataDir, "outbox"), onMail: tell });
  }
  const { createSmtpMailer } = await import("@keywright/drivers/mail");
  const mailer = createSmtpMailer({ url: smtpUrl, from: mailFrom });
  closers.add(() => mailer.close());
  return mailer;
};
