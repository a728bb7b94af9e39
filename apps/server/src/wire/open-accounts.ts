import { AppError, deriveAccountSecrets, isInvited, linkAccount, loadPeppers, newId, recordAccountEvent, settleOutsider } from "@keywright/core";
import { accountEndpoints, loadAccountsInSteps, methodsPath } from "@keywright/drivers";
import type { Accounts, NewOperator, Sso } from "@keywright/drivers/accounts";
import type { Engine } from "../engine.ts";
import type { AccountsDoor } from "../http/accounts-door.ts";
import type { SignInIssuer } from "../oidc-settings.ts";
import type { LastContact } from "./last-contact.ts";
import { openSignInProvider } from "./open-sign-in-provider.ts";
import type { OpenedStore } from "./open-store.ts";

export interface AccountsSettings {
  readonly isSignUpOpen: boolean;
  readonly signInIssuer: SignInIssuer | undefined;
  /** Where people reach the server; asked when the first of them comes. */
  readonly publicUrl: () => string;
  /** Hears of mails that could not be handed over, and what the library warns of. */
  readonly onFailure: (sentence: string, error?: unknown) => void;
}

export interface OpenedAccounts extends AccountsDoor {
  makeOperator(email: string): Promise<NewOperator>;
  /** Loads the library, before somebody has to wait for it. */
  load(): Promise<void>;
}

interface Opening {
  readonly engine: Engine;
  readonly pool: OpenedStore["pool"];
  /** Told of each question to the sign-in provider. */
  readonly signIn: Pick<LastContact, "note">;
}

/**
 * People's accounts. The library behind them takes half a second and 40 MB to load: that is done when it is asked for, or when somebody calls for
 * the first time, so that neither a start nor a command has to wait for it.
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
      if (endpoint.path === methodsPath) return { body: waysToSignIn(settings), cookies: [] };
      if (endpoint.isSso === true && settings.signInIssuer === undefined)
        throw new AppError("NO_SUCH_ENDPOINT", { detail: "Single sign-on is not set up here." });
      return (await open()).call({ ...call, endpoint });
    },
    find: async (cookieHeader, look) => (await open()).find(cookieHeader, look),
    makeOperator: async (email) => (await open()).makeOperator(email),
    // A cookie that names nobody: what the library makes with its first call is made as well, and nothing is read.
    load: async () => void (await (await open()).find("keywright.session_token=")),
  } satisfies OpenedAccounts;
};

/** For pages, before anybody has signed in: nothing of the provider but what its button says. */
const waysToSignIn = ({ signInIssuer }: AccountsSettings) => ({ password: true, sso: signInIssuer === undefined ? null : { label: signInIssuer.label } });

const openAll = async (opening: Opening, settings: AccountsSettings): Promise<Accounts> => {
  const { engine, pool } = opening;
  const [{ openAccounts }, peppers] = await Promise.all([loadAccountsInSteps(), loadPeppers(engine)]);
  return openAccounts({
    pool,
    mailer: engine.mailer,
    newAccountId: () => newId(engine.random, "acc"),
    publicUrl: settings.publicUrl(),
    secrets: deriveAccountSecrets(engine.cryptography, peppers),
    isSignUpOpen: settings.isSignUpOpen,
    isInvited: (token, email) => isInvited(engine, token, email),
    sso: settings.signInIssuer && (await openSso(opening, settings.signInIssuer)),
    onSignIn: async (signedIn, origin) => {
      await linkAccount(engine, { signedIn, ...origin });
    },
    onHappening: (happening, origin) => recordAccountEvent(engine, { ...happening, ...origin }),
    onFailure: settings.onFailure,
  });
};

const openSso = async ({ engine, signIn }: Opening, issuer: SignInIssuer): Promise<Sso> => ({
  ...(await openSignInProvider(issuer, signIn)),
  isExpected: async (email) => (await engine.store.members.listUnlinked(email, { limit: 1, after: null })).items.length > 0,
  settle: ({ requestId, ...joining }) => settleOutsider(engine, { ...joining, requestId: requestId ?? "" }),
});
