import {
  type BrokenChain,
  createLive,
  feedOutbox,
  type Ledger,
  type LedgerEvent,
  type LedgerHealth,
  type Live,
  newId,
  type Policy,
  type TamperedRow,
  tellStore,
} from "@keywright/core";
import {
  addresses,
  createPostgresAttempts,
  createRandom,
  createSecretHash,
  createWebhookSender,
  cryptography,
  lockFolder,
  openCountries,
  origins,
  pruneAccounts,
  sha256,
  signatures,
  systemClock,
  systemStopwatch,
  type Turns,
} from "@keywright/drivers";
import type { TokenEvent } from "@keywright/drivers/vault";
import { createEngine, type Engine } from "../engine.ts";
import type { EngineAddresses } from "../engine-settings.ts";
import type { Readiness } from "../http/health.ts";
import { createReadiness, withStates } from "../readiness.ts";
import { type OnEngineCall, watchSecretStore } from "../telemetry/engine-meters.ts";
import type { LedgerKind } from "../telemetry/metrics.ts";
import { type Closers, createClosers } from "./closers.ts";
import { createLastContact, type LastContact } from "./last-contact.ts";
import { type AccountsSettings, type OpenedAccounts, openLazyAccounts } from "./open-accounts.ts";
import { openLedger } from "./open-ledger.ts";
import { type OutboxMail, openMailer, watchMailer } from "./open-mailer.ts";
import { openSecrets } from "./open-secrets.ts";
import { openStore } from "./open-store.ts";
import { requirePepper } from "./require-pepper.ts";

/** Who hears what the engines do. */
export interface Watch {
  readonly onTampering: (row: TamperedRow) => void;
  readonly onBrokenChain: (broken: BrokenChain) => void;
  readonly onLedger: (event: LedgerEvent) => void;
  /** What becomes of the token for Vault; never the token. */
  readonly onVaultToken: (event: TokenEvent) => void;
  /** Mails that became files; never for a log. */
  readonly onMail: (mail: OutboxMail) => void;
  /** Each call of an engine, when it is over. */
  readonly onEngineCall: OnEngineCall;
  /** Headers that say to which trace a call of another system belongs. */
  readonly traceHeaders: () => Readonly<Record<string, string>>;
  /** The ledger as verifications are to see it. */
  readonly watchLedger: (ledger: Ledger) => Ledger;
}

/** For commands that say what they have to say by themselves. */
export const unwatched: Watch = {
  onTampering: () => {},
  onBrokenChain: () => {},
  onLedger: () => {},
  onVaultToken: () => {},
  onMail: () => {},
  onEngineCall: () => {},
  traceHeaders: () => ({}),
  watchLedger: (ledger) => ledger,
};

export interface WireOptions extends EngineAddresses, Watch {
  readonly dataDir: string;
  /** Base64 of 32 bytes; undefined: a file in the data folder, made on the first start. */
  readonly masterKey: string | undefined;
  readonly policy: Policy;
  readonly cacheRecords: number;
  /** Whether webhooks may go to private addresses, and by plain HTTP. */
  readonly isWebhookPrivateAllowed: boolean;
  /** Who mails are from. */
  readonly mailFrom: string;
  /** Where people reach the server, once it listens; left out: on this machine. */
  readonly publicAddress?: () => string;
}

export interface Wired {
  readonly engine: Engine;
  /** Which engines run, for a person. */
  readonly engines: string;
  /** Migrations that this opening has run. */
  readonly migrated: readonly string[];
  readonly readiness: () => Promise<Readiness>;
  /** How it goes with the sign-in provider, where there is one. */
  readonly signIn: Pick<LastContact, "health">;
  readonly health: () => LedgerHealth;
  /** What keys are spent on where nothing is degraded. */
  readonly ledgerKind: LedgerKind;
  /** What happens, in whichever process, to those who watch in this one. */
  readonly live: Live;
  /** People's accounts, loaded when the first of them comes. */
  readonly openAccounts: (settings: Omit<AccountsSettings, "publicUrl">) => OpenedAccounts;
  /** Removes what has ended of accounts, at most so many rows of each kind; resolves with how many there were. */
  readonly pruneAccounts: (limit: number) => Promise<number>;
  /** For work that only one of several processes does at a time. */
  readonly turns: Turns;
  /** Keeps the store tidy; to be called daily. */
  readonly maintain: () => Promise<void>;
  /** Brings the last counts to the store and closes everything, in the reverse order of opening. */
  close(): Promise<void>;
}

/** Opens the engines that have an address, and the embedded ones for the rest. What was opened before a failure is closed. */
export const wire = async (options: WireOptions): Promise<Wired> => {
  const closers = createClosers();
  try {
    return await openEngines(options, closers);
  } catch (error) {
    await closers.closeAll().catch(() => {});
    throw error;
  }
};

/** Whether something rests in the data folder that only one process may open. */
const usesFolder = ({ databaseUrl, vault }: EngineAddresses): boolean => databaseUrl === undefined || vault === undefined;

const openEngines = async (options: WireOptions, closers: Closers): Promise<Wired> => {
  const { dataDir, policy } = options;
  if (options.databaseUrl === undefined) {
    const lock = lockFolder(dataDir);
    closers.add(() => lock.release());
  }
  const opened = await openStore(options, dataDir, closers);
  const secrets = await openSecrets(options, opened, closers);
  await requirePepper(opened.store, secrets);
  const random = createRandom({ clock: systemClock });
  const { ledger, usageSources, health, kind, name } = await openLedger({ options, opened, random, closers });
  const secretStore = watchSecretStore(secrets.secretStore, (call) => options.onEngineCall("secrets", call));
  const secretHash = createSecretHash({ cost: policy.bcryptCost });
  const attempts = createPostgresAttempts(opened.pool, { nowMs: systemClock.nowMs });
  const [mail, signIn] = [createLastContact(), createLastContact()];
  const shared = {
    mailer: watchMailer(openMailer(options, closers), mail),
    attempts,
    secretHash,
    cryptography,
    signatures,
    sha256,
    random,
    clock: systemClock,
    stopwatch: systemStopwatch,
    addresses,
    openCountries,
    origins,
    webhookSender: createWebhookSender({ isPrivateAllowed: options.isWebhookPrivateAllowed, nowMs: systemClock.nowMs, traceHeaders: options.traceHeaders }),
  };
  const live = createLive({ broadcast: await opened.openBroadcast(newId(random, "prc")), clock: systemClock });
  const engine = await createEngine(
    { store: tellStore(feedOutbox(opened.store, shared), live), keys: opened.keys, secretStore, ledger: options.watchLedger(ledger), usageSources, ...shared },
    options,
  );
  closers.add(() => engine.watch.flush(true));
  closers.add(() => engine.deliverUsage());
  closers.add(() => engine.flushRequests());
  const folder = usesFolder(options) ? ` in ${dataDir}` : "";
  const isEmbedded = options.databaseUrl === undefined;
  return {
    engine,
    engines: `${isEmbedded ? `embedded${folder}: ` : ""}${opened.name}, ${name}, ${secrets.name}${isEmbedded ? "; one process" : ""}`,
    migrated: opened.migrated,
    readiness: withStates(createReadiness(engine, health), options.smtpUrl === undefined ? {} : { mail: mail.health }),
    signIn,
    health,
    ledgerKind: kind,
    live,
    openAccounts: (settings) => openLazyAccounts({ engine, pool: opened.pool, signIn }, { ...settings, publicUrl: engine.publicAddress }),
    pruneAccounts: (limit) => pruneAccounts(opened.pool, systemClock.nowMs(), limit),
    turns: opened.turns,
    maintain: opened.maintain,
    close: closers.closeAll,
  };
};
