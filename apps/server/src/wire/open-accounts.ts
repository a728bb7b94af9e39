import { deriveAccountSecrets, isInvited, linkAccount, loadPeppers, newId, type SignedIn } from "@keywright/core";
import { accountEndpoints } from "@keywright/drivers";
import type { Accounts, NewOperator } from "@keywright/drivers/accounts";
import type { Engine } from "../engine.ts";
import type { AccountsDoor } from "../http/accounts-door.ts";
import type { OpenedStore } from "./open-store.ts";

export interface AccountsSettings {
  readonly isSignUpOpen: boolean;
  /** Where people reach the server; asked when the first of them comes. */
  readonly publicUrl: () => string;
  /** Hears of mails that could not be handed over, and what the library warns of. */
  readonly onFailure: (sentence: string, error?: unknown) => void;
}

export interface OpenedAccounts extends AccountsDoor {
  makeOperator(email: string): Promise<NewOperator>;
}

interface Opening {
  readonly engine: Engine;
  readonly pool: OpenedStore["pool"];
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
    find: async (cookieHeader, look) => (await open()).find(cookieHeader, look),
    makeOperator: async (email) => (await open()).makeOperator(email),
  } satisfies OpenedAccounts;
};

const openAll = async (opening: Opening, settings: AccountsSettings): Promise<Accounts> => {
  const { engine, pool } = opening;
  const [{ openAccounts }, peppers] = await Promise.all([import("@keywright/drivers/accounts"), loadPeppers(engine)]);
  return openAccounts({
    pool,
    mailer: engine.mailer,
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
