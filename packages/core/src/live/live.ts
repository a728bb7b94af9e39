import type { AuditEntry } from "../model/audit.ts";
import type { UsageMove } from "../model/usage.ts";
import type { Broadcast } from "../ports/broadcast.ts";
import type { Clock } from "../ports/clock.ts";
import { useOf } from "./count-use.ts";
import { type ChangeSignal, readSignal, type Signal, type UseSignal, writeSignal } from "./signal.ts";

export interface LiveDeps {
  readonly broadcast: Broadcast;
  readonly clock: Clock;
}

export interface Watcher {
  /** null: an operator, who is told of every tenant's changes, and of nobody's use. */
  readonly tenantId: string | null;
  readonly onSignal: (signal: ChangeSignal | UseSignal) => void;
  /** Something may have been missed. */
  readonly onGap: () => void;
}

/** What happens, to those who watch, in whichever process it happens and in whichever they watch. */
export interface Live {
  /** Tells of what a transaction has committed, by its entries in the audit log. */
  tellChanges(entries: readonly AuditEntry[]): void;
  /** Tells of use that has come to the store; where nobody watches that tenant anywhere, nothing. */
  tellUse(move: UsageMove): void;
  /** Calls the watcher from now on, until the returned function is called. */
  watch(watcher: Watcher): () => void;
  /** Says anew to the other processes whom it is watched here; to be called every second. */
  beat(): void;
  /** Whether somebody watches a tenant's use in this process. */
  isUseWatched(): boolean;
}

/** How long a tenant counts as watched after a process has said so. Several beats: one may be lost. */
const watchedForMs = 5_000;
/** Tenants that are kept as watched, and said to be. A tenant beyond that learns of use when its page asks. */
const maxWatched = 2_000;
const tenantsPerSignal = 200;

export const createLive = (deps: LiveDeps): Live => {
  const { broadcast } = deps;
  const watchers = new Set<Watcher>();
  const watched = createWatched(deps);
  const tell = (signal: Signal): void => broadcast.tell(writeSignal(signal));
  const tellWatched = (tenantIds: readonly string[]): void => {
    for (let at = 0; at < tenantIds.length; at += tenantsPerSignal) tell({ kind: "watch", tenantIds: tenantIds.slice(at, at + tenantsPerSignal) });
  };
  broadcast.listen({
    onText: (text) => {
      const signal = readSignal(text);
      if (signal?.kind === "watch") watched.note(signal.tenantIds);
      else if (signal !== undefined) for (const watcher of [...watchers]) if (concerns(watcher, signal)) watcher.onSignal(signal);
    },
    onGap: () => {
      for (const { onGap } of [...watchers]) onGap();
    },
  });
  return {
    tellChanges: (entries) => {
      for (const entry of entries) {
        const signal = toSignal(entry);
        if (signal !== undefined) tell(signal);
      }
    },
    tellUse: ({ counts }) => {
      const tenantIds = watched.now();
      if (tenantIds.size > 0) for (const use of useOf(counts, tenantIds)) tell({ kind: "use", ...use, atMs: deps.clock.nowMs() });
    },
    watch: (watcher) => {
      const own = { ...watcher };
      watchers.add(own);
      if (own.tenantId !== null) tellWatched([own.tenantId]);
      return () => void watchers.delete(own);
    },
    beat: () => tellWatched(tenantsOf(watchers)),
    isUseWatched: () => tenantsOf(watchers).length > 0,
  } satisfies Live;
};

const tenantsOf = (watchers: ReadonlySet<Watcher>): readonly string[] => {
  const tenantIds = new Set<string>();
  for (const { tenantId } of watchers) if (tenantId !== null && tenantIds.size < maxWatched) tenantIds.add(tenantId);
  return [...tenantIds];
};

/** Tenants that are watched somewhere. */
const createWatched = ({ clock }: LiveDeps) => {
  const untilMs = new Map<string, number>();
  return {
    note: (tenantIds: readonly string[]): void => {
      for (const id of tenantIds) if (untilMs.size < maxWatched || untilMs.has(id)) untilMs.set(id, clock.nowMs() + watchedForMs);
    },
    now: (): ReadonlySet<string> => {
      const nowMs = clock.nowMs();
      for (const [id, endMs] of untilMs) if (endMs <= nowMs) untilMs.delete(id);
      return new Set(untilMs.keys());
    },
  };
};

const concerns = ({ tenantId }: Watcher, signal: ChangeSignal | UseSignal): boolean =>
  tenantId === null ? signal.kind === "change" : tenantId === signal.tenantId;

/** Root keys are the operator's, and people are no part of what a page of keys shows. */
const toSignal = ({ tenantId, action, targetType, targetId, atMs }: AuditEntry): ChangeSignal | undefined =>
  tenantId !== null && (targetType === "key" || targetType === "tenant") ? { kind: "change", tenantId, action, targetId, atMs } : undefined;
