import {
  createMemoryLedger,
  type Ledger,
  type LedgerEvent,
  type LedgerHealth,
  newId,
  openCurrentLedger,
  type Policy,
  type Random,
  tellChange,
  type UsageSource,
} from "@keywright/core";
import { createEpochs, createPostgresLedger, readInstallation, systemClock, systemStopwatch } from "@keywright/drivers";
import type { EngineAddresses } from "../engine-settings.ts";
import type { OnEngineCall } from "../telemetry/engine-meters.ts";
import type { LedgerKind } from "../telemetry/metrics.ts";
import type { Closers } from "./closers.ts";
import type { OpenedStore } from "./open-store.ts";

export interface LedgerOptions extends Pick<EngineAddresses, "databaseUrl" | "redisUrl"> {
  readonly policy: Policy;
  readonly onLedger: (event: LedgerEvent) => void;
  readonly onEngineCall: OnEngineCall;
}

export interface OpenedLedger {
  readonly ledger: Ledger;
  /** Wherever counts wait for the store. */
  readonly usageSources: readonly UsageSource[];
  readonly health: () => LedgerHealth;
  readonly kind: LedgerKind;
  /** Which engine it is, for a person. */
  readonly name: string;
}

interface Opening {
  readonly options: LedgerOptions;
  readonly opened: OpenedStore;
  readonly random: Random;
  readonly closers: Closers;
}

/** Keys and tenants of which the memory ledger keeps live state at most. */
const maxLedgerEntries = 1_000_000;

/** Redis where it has an address; else PostgreSQL where it has one; else memory. */
export const openLedger = (opening: Opening): Promise<OpenedLedger> | OpenedLedger => {
  const { databaseUrl, redisUrl } = opening.options;
  if (redisUrl !== undefined) return openRedis(opening, redisUrl);
  return databaseUrl === undefined ? openMemory(opening) : openPostgres(opening);
};

const moveIds = (random: Random) => () => newId(random, "mov");
const alwaysWell = (): LedgerHealth => ({ via: "store", isDegraded: false, isStoreAway: false });

const openMemory = ({ random }: Opening): OpenedLedger => {
  const ledger = createMemoryLedger({ clock: systemClock, newMoveId: moveIds(random), maxEntries: maxLedgerEntries });
  return { ledger, usageSources: [ledger], health: alwaysWell, kind: "memory", name: "memory ledger" };
};

const openStoreLedger = ({ opened, random, closers }: Opening) => {
  const ledger = createPostgresLedger({ pool: opened.ledgerPool, usagePool: opened.pool, newMoveId: moveIds(random) });
  closers.add(() => ledger.close());
  return ledger;
};

/** Revisions are the store's own rows there; but others may have a ledger that has to be told. */
const openPostgres = (opening: Opening): OpenedLedger => {
  const storeLedger = openStoreLedger(opening);
  const epochs = createEpochs(opening.opened.epochPool);
  const announce: Ledger["announce"] = (changed) => tellChange({ epochs, told: undefined, stopwatch: systemStopwatch }, changed);
  const { spend, spendBehind, spendAll, spendAllBehind, spendEachBehind } = storeLedger;
  return {
    ledger: { spend, spendBehind, spendAll, spendAllBehind, spendEachBehind, announce },
    usageSources: [storeLedger],
    health: alwaysWell,
    kind: "postgres",
    name: "ledger in the store",
  };
};

const openRedis = async (opening: Opening, url: string): Promise<OpenedLedger> => {
  const { options, opened, random, closers } = opening;
  const { createRedisLedger } = await import("@keywright/drivers/redis");
  const storeLedger = openStoreLedger(opening);
  const prefix = `kw_${await readInstallation(opened.epochPool)}_`;
  const sources: UsageSource[] = [storeLedger];
  const ledger = await openCurrentLedger({
    epochs: createEpochs(opened.epochPool),
    announcements: opened.store.announcements,
    storeLedger,
    openTold: (admit) => {
      const redis = createRedisLedger({ connection: url, newMoveId: moveIds(random), prefix, admit, onCall: (call) => options.onEngineCall("ledger", call) });
      closers.add(() => redis.close());
      sources.unshift(redis);
      return redis;
    },
    clock: systemClock,
    stopwatch: systemStopwatch,
    processId: newId(random, "prc"),
    onLedgerOutage: options.policy.onLedgerOutage,
    onStoreOutage: options.policy.onStoreOutage,
    onEvent: options.onLedger,
  });
  closers.add(() => ledger.close());
  return { ledger, usageSources: sources, health: ledger.health, kind: "redis", name: "Redis ledger" };
};
