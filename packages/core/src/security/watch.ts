import { type Refusal, type SecurityEventKind, securityEvents } from "@keywright/contract";
import { newId } from "../ids.ts";
import type { SecurityEvent } from "../model/security-event.ts";
import type { LastUse } from "../model/usage.ts";
import type { Clock } from "../ports/clock.ts";
import type { Origins } from "../ports/origins.ts";
import type { Random } from "../ports/random.ts";
import type { KeyOrigin, SecurityEventStore } from "../ports/security-event-store.ts";
import { type Counted, createCounters, maxDistinct, type Sighting } from "./counters.ts";

/** A credential that was refused, as far as it is known whose it is. */
export interface RefusedKey {
  /** `PERMISSION_DENIED`: the key is good and may not make this call of the platform's own API. */
  readonly verdict: Refusal | "PERMISSION_DENIED";
  /** Who uses it: the end client, as a gateway says, or whoever calls. */
  readonly ip: string | null;
  /** Of a text that is shaped like a key. */
  readonly hint: string | null;
  readonly key: { readonly id: string; readonly tenantId: string | null } | null;
  /** What was asked for: the scopes, or the call. */
  readonly wanted: string;
}

/** Notices what may be an attack. It looks at refusals, and in the background at usage: a request that is accepted costs nothing. */
export interface SecurityWatch {
  /** Counts; nothing waits. */
  refused(refusal: RefusedKey): void;
  /** Something that is an event by itself. */
  noticed(sighting: Sighting): void;
  /** Keys that were used, as their counts are brought home. */
  used(uses: readonly LastUse[]): void;
  /** Brings what the minutes that are over have shown to the store; `all`: this one's too. What the store does not take is brought again. */
  flush(all?: boolean): Promise<number>;
}

export interface WatchDeps {
  readonly store: { readonly securityEvents: Pick<SecurityEventStore, "add" | "noteOrigins"> };
  readonly origins: Origins;
  readonly clock: Clock;
  readonly random: Random;
}

/** From how many on within a minute it is an event; what is not here is one from the first. */
const least: Partial<Record<SecurityEventKind, (counted: Counted) => boolean>> = {
  "authentication.failed": ({ count }) => count >= 10,
  "refusals.burst": ({ count }) => count >= 100,
  "scope.probing": ({ distinct }) => distinct.size >= maxDistinct,
};

const invalid: readonly RefusedKey["verdict"][] = ["MALFORMED", "NOT_FOUND", "REVOKED", "DISABLED", "EXPIRED"];
const wanting: readonly RefusedKey["verdict"][] = ["INSUFFICIENT_SCOPE", "PERMISSION_DENIED"];

const maxWaiting = 2_000;
const maxOrigins = 20_000;
const maxUnseen = 2_000;

export const createSecurityWatch = (deps: WatchDeps): SecurityWatch => {
  const counters = createCounters();
  const seen = createOriginMemory(deps.origins);
  const state = { waiting: [] as SecurityEvent[] };
  const count = (sighting: Sighting): void => void counters.count(sighting, deps.clock.nowMs());
  return {
    refused: (refusal) => {
      for (const sighting of sightingsOf(deps.origins, refusal)) count(sighting);
    },
    noticed: count,
    used: seen.note,
    flush: async (all) => {
      for (const { keyId, origin, tenantId } of await askNew(deps, seen)) {
        count({ kind: "key.new_network", subjectType: "key", subjectId: keyId, tenantId, wanted: origin });
      }
      const events = counters
        .take(deps.clock.nowMs(), all)
        .filter((counted) => least[counted.kind]?.(counted) ?? true)
        .map((counted) => toEvent(deps, counted));
      state.waiting = [...state.waiting, ...events].slice(-maxWaiting);
      const batch = state.waiting;
      if (batch.length === 0) return 0;
      await deps.store.securityEvents.add(batch);
      state.waiting = state.waiting.filter((event) => !batch.includes(event));
      return batch.length;
    },
  };
};

const sightingsOf = (origins: Origins, { verdict, ip, hint, key, wanted }: RefusedKey): readonly Sighting[] => {
  const sightings: Sighting[] = [];
  if (invalid.includes(verdict)) {
    const caller = ip === null ? undefined : origins.callerOf(ip);
    const kind = "authentication.failed";
    if (caller !== undefined) sightings.push({ kind, subjectType: "address", subjectId: caller, tenantId: null, wanted: verdict });
    if (hint !== null) sightings.push({ kind, subjectType: "hint", subjectId: hint, tenantId: key?.tenantId ?? null, wanted: verdict });
  }
  if (key === null) return sightings;
  const subject = { subjectType: "key", subjectId: key.id, tenantId: key.tenantId } as const;
  if (verdict === "REVOKED") sightings.push({ kind: "key.used_after_revocation", ...subject, details: { address: ip } });
  if (wanting.includes(verdict)) sightings.push({ kind: "scope.probing", ...subject, wanted });
  sightings.push({ kind: "refusals.burst", ...subject, wanted: verdict });
  return sightings;
};

const toEvent = ({ random }: WatchDeps, { kind, distinct, details, ...counted }: Counted): SecurityEvent => ({
  id: newId(random, "evt"),
  kind,
  severity: securityEvents[kind].severity,
  tenantId: counted.tenantId,
  subjectType: counted.subjectType,
  subjectId: counted.subjectId,
  atMs: counted.firstMs,
  lastAtMs: counted.lastMs,
  count: counted.count,
  details: { ...details, ...(distinct.size > 0 && { seen: [...distinct] }) },
});

interface OriginMemory {
  note(uses: readonly LastUse[]): void;
  /** Those that this process has not seen yet. */
  takeUnseen(): readonly KeyOrigin[];
  giveBack(unseen: readonly KeyOrigin[]): void;
}

/** Which keys were used from where, as far as this process has seen lately: the store is asked about the rest. */
const createOriginMemory = (origins: Origins): OriginMemory => {
  const seen = new Set<string>();
  let unseen: KeyOrigin[] = [];
  const nameOf = ({ keyId, origin }: KeyOrigin): string => `${keyId} ${origin}`;
  return {
    note: (uses) => {
      for (const { keyId, ip } of uses) {
        const origin = ip === null ? undefined : origins.originOf(ip);
        if (origin === undefined || unseen.length >= maxUnseen || seen.has(nameOf({ keyId, origin }))) continue;
        if (seen.size >= maxOrigins) seen.clear();
        seen.add(nameOf({ keyId, origin }));
        unseen.push({ keyId, origin });
      }
    },
    takeUnseen: () => {
      const taken = unseen;
      unseen = [];
      return taken;
    },
    giveBack: (taken) => {
      unseen = [...taken, ...unseen].slice(0, maxUnseen);
    },
  };
};

const askNew = async ({ store, clock }: WatchDeps, seen: OriginMemory) => {
  const unseen = seen.takeUnseen();
  if (unseen.length === 0) return [];
  try {
    return await store.securityEvents.noteOrigins(unseen, clock.nowMs());
  } catch (error) {
    seen.giveBack(unseen);
    throw error;
  }
};
