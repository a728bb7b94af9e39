import {
  type Addresses,
  type Attempts,
  type AuditKey,
  type BrokenChain,
  type Clock,
  type Countries,
  type Cryptography,
  cacheRecords,
  createKeyring,
  createProver,
  createRequestFlush,
  createRequestRecorder,
  createSecurityWatch,
  createStoredRecords,
  createTamperAlarm,
  deliverUsage,
  type KeyStore,
  type Ledger,
  loadAuditKey,
  loadPeppers,
  type Mailer,
  type Origins,
  type Policy,
  type Random,
  type RateLimit,
  type RequestRecorder,
  type Secret,
  type SecretHash,
  type SecretStore,
  type SecurityWatch,
  type Sha256,
  type Signatures,
  type Stopwatch,
  type Store,
  shareRun,
  silentRecorder,
  type TamperedRow,
  type Tenant,
  Unavailable,
  type UsageSource,
  type VerifyDeps,
  type WebhookSender,
} from "@keywright/core";

import { loadOnce } from "./load-once.ts";
import { countLogged, countVerdicts, type EngineFigures, timeDeliveries } from "./telemetry/engine-figures.ts";

/** The outside systems, opened. */
export interface Ports {
  readonly store: Store;
  /** The same keys, read with a deadline that a verification can wait for. */
  readonly keys: KeyStore;
  readonly secretStore: SecretStore;
  readonly secretHash: SecretHash;
  readonly ledger: Ledger;
  /** Wherever counts wait for the store. */
  readonly usageSources: readonly UsageSource[];
  readonly cryptography: Cryptography;
  readonly signatures: Signatures;
  readonly sha256: Sha256;
  readonly random: Random;
  readonly clock: Clock;
  readonly addresses: Addresses;
  readonly mailer: Mailer;
  /** Opens what knows of which country an address is. */
  readonly openCountries: () => Promise<Countries>;
  readonly attempts: Attempts;
  readonly origins: Origins;
  readonly stopwatch: Stopwatch;
  readonly webhookSender: WebhookSender;
}

export interface EngineOptions {
  readonly policy: Policy;
  /** Records kept in memory at most. */
  readonly cacheRecords: number;
  /** Where people reach this installation: mails link to it. */
  readonly publicAddress?: () => string;
  readonly onTampering: (row: TamperedRow) => void;
  /** Told of an audit chain that does not fit, each time that it is looked at. */
  readonly onBrokenChain: (broken: BrokenChain) => void;
}

/** Everything that the handlers and jobs call: the ports, and what is made from them once. */
export interface Engine extends Ports, Omit<VerifyDeps, keyof Ports> {
  readonly policy: Policy;
  /** The pool of a tenant: its own limit, or its tier's. */
  readonly poolOf: (tenant: Tenant) => RateLimit;
  /** Where people reach this installation. */
  readonly publicAddress: () => string;
  /** Where a person accepts the invitation that has this token. */
  readonly invitationLink: (token: Secret) => string;
  /** What verifications leave for the request log. */
  readonly recorder: RequestRecorder;
  /** Brings what was recorded to the store; resolves with how many verifications. */
  readonly flushRequests: () => Promise<number>;
  /** Brings the ledger's counts to the store; calls that overlap share one delivery. */
  readonly deliverUsage: () => Promise<number>;
  /** Rows of counts, at most, that the next delivery would write; those that may wait for others. */
  readonly countsWaiting: () => number;
  /** Whether counts wait because the store has no room for them. */
  readonly isStoreFull: () => boolean;
  /** Signs checkpoints of the audit log; read from the secret store when it is first asked for, and made where there is none. */
  readonly auditKey: () => Promise<AuditKey>;
  readonly onBrokenChain: (broken: BrokenChain) => void;
  readonly watch: SecurityWatch;
  readonly figures: EngineFigures;
}

const localAddress = (): string => "http://127.0.0.1:4747";

/** Composes the verification from opened ports. The pepper is made on the first start. */
export const createEngine = async (ports: Ports, options: EngineOptions): Promise<Engine> => {
  const { policy, publicAddress = localAddress } = options;
  const keyring = createKeyring(ports.cryptography, await loadPeppers(ports));
  const watch = createSecurityWatch(ports);
  const alarm = createTamperAlarm({ ...ports, onTampering: tellBoth(options, watch) });
  const poolOf = (tenant: Tenant) => tenant.rateLimit ?? policy.tiers[tenant.tier];
  const stored = createStoredRecords({ ...ports, store: { keys: ports.keys }, keyring, alarm, poolOf });
  const { isEnabled, perSecond, addresses: addressForm } = policy.requestLog;
  const { recorder, counts } = countVerdicts(isEnabled ? createRequestRecorder({ ...ports, perTenant: perSecond }) : silentRecorder);
  const openCountries = policy.usageByCountry ? loadOnce(ports.openCountries) : undefined;
  const logged = countLogged(ports.store.requests);
  const { usage } = ports.store;
  const records = cacheRecords(stored, { maxRecords: options.cacheRecords });
  const delivery = createDelivery(ports, watch);
  const deliveries = timeDeliveries(ports.stopwatch, delivery.run);
  return {
    ...ports,
    recorder,
    flushRequests: shareRun(createRequestFlush({ recorder, ...logged, usage, addresses: ports.addresses, openCountries, addressForm })),
    policy,
    format: policy,
    keyring,
    records,
    prove: createProver({ ...ports, keyring, alarm }),
    poolOf,
    publicAddress,
    invitationLink: (token) => `${publicAddress()}/invitations/accept#token=${token.reveal()}`,
    deliverUsage: shareRun(deliveries.deliver),
    countsWaiting: () => ports.usageSources.reduce((sum, source) => sum + (source.waiting?.() ?? 0), 0),
    isStoreFull: delivery.isStoreFull,
    auditKey: loadOnce(() => loadAuditKey(ports)),
    onBrokenChain: (broken) => {
      options.onBrokenChain(broken);
      const { tenantId, problem } = broken;
      watch.noticed({ kind: "audit.chain_broken", subjectType: "chain", subjectId: tenantId ?? "platform", tenantId, details: { ...problem } });
    },
    watch,
    figures: { verdicts: counts, cache: records.figures, requestLog: logged.counts, usage: deliveries.figures },
  };
};

const tellBoth =
  ({ onTampering }: EngineOptions, watch: SecurityWatch) =>
  (row: TamperedRow): void => {
    onTampering(row);
    const { type, id, tenantId, detail } = row;
    watch.noticed({ kind: "tampering.refused", subjectType: type, subjectId: id, tenantId, details: { detail } });
  };

const createDelivery = (ports: Ports, watch: SecurityWatch) => {
  const state = { isStoreFull: false };
  return {
    run: async () => {
      try {
        const moves = await deliverAll(ports, watch);
        state.isStoreFull = false;
        return moves;
      } catch (error) {
        state.isStoreFull = error instanceof Unavailable && error.isFull;
        throw error;
      }
    },
    isStoreFull: () => state.isStoreFull,
  };
};

/** Every source by itself: one that is out of reach does not keep the others waiting. */
const deliverAll = async ({ usageSources, store }: Ports, watch: SecurityWatch): Promise<number> => {
  const usage: Parameters<typeof deliverUsage>[0]["usage"] = {
    apply: async (move) => {
      const isNew = await store.usage.apply(move);
      watch.used(move.lastUses);
      return isNew;
    },
  };
  const delivered = await Promise.allSettled(usageSources.map((source) => deliverUsage({ source, usage })));
  const failed = delivered.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  return delivered.reduce((sum, result) => sum + (result.status === "fulfilled" ? result.value : 0), 0);
};
