import type { LoggedRequest } from "../model/logged-request.ts";
import type { Clock } from "../ports/clock.ts";
import type { RequestLog } from "../ports/request-log.ts";
import type { Live } from "./live.ts";

/** What was verified of a tenant's keys, or of one of them, since the last second that was told. */
export interface VerdictSecond {
  readonly tenantId: string;
  readonly atMs: number;
  /** All that were counted, and those of them that were refused: in all processes. */
  readonly requests: number;
  readonly refused: number;
  /** Some of them, refusals first. */
  readonly shown: readonly LoggedRequest[];
  /** Whether there were more than are shown. */
  readonly isSampled: boolean;
}

interface VerdictWatcher {
  readonly tenantId: string;
  /** null: all of the tenant's keys. */
  readonly keyId: string | null;
  readonly onSecond: (second: VerdictSecond) => void;
  readonly onGap: () => void;
}

/** Verdicts as they are given, to those who watch in this process; from all processes, by way of the store and the counts that are told. */
export interface VerdictWatch {
  /** Calls the watcher from now on, until the returned function is called. */
  watch(watcher: VerdictWatcher): () => void;
  /** Tells what there was; to be called every second. */
  tick(): Promise<void>;
}

interface WatchDeps {
  readonly live: Pick<Live, "watch">;
  readonly requests: Pick<RequestLog, "recent">;
  readonly clock: Clock;
}

/** Verifications that one event shows at most. */
const shownAtMost = 100;
/** How long after it was seen an entry of another process may come to the store and still be shown. */
const lateMs = 5_000;
/** Entries of one tenant that are looked at in one go. */
const entriesPerLook = 400;

/** Those who watch the same share what they are told. */
interface Subject {
  readonly tenantId: string;
  readonly keyId: string | null;
  readonly watchers: Set<VerdictWatcher>;
  readonly stop: () => void;
  requests: number;
  refused: number;
}

interface State extends WatchDeps {
  readonly subjects: Map<string, Subject>;
  /** Entries that were shown lately, by id, with when they were made. */
  readonly told: Map<string, number>;
  /** What was made before the first look is not new. */
  sinceMs: number;
  lookedMs: number;
}

export const createVerdictWatch = (deps: WatchDeps): VerdictWatch => {
  const state: State = { ...deps, subjects: new Map(), told: new Map(), sinceMs: 0, lookedMs: 0 };
  return {
    watch: (watcher) => {
      const own = { ...watcher };
      if (state.subjects.size === 0) state.sinceMs = state.lookedMs = deps.clock.nowMs();
      const name = `${own.tenantId} ${own.keyId ?? ""}`;
      const subject = state.subjects.get(name) ?? openSubject(state, own);
      state.subjects.set(name, subject);
      subject.watchers.add(own);
      return () => {
        subject.watchers.delete(own);
        if (subject.watchers.size > 0 || state.subjects.get(name) !== subject) return;
        subject.stop();
        state.subjects.delete(name);
      };
    },
    tick: () => tick(state),
  } satisfies VerdictWatch;
};

const openSubject = (state: State, { tenantId, keyId }: VerdictWatcher): Subject => {
  const subject: Subject = {
    tenantId,
    keyId,
    watchers: new Set(),
    requests: 0,
    refused: 0,
    stop: state.live.watch({
      tenantId,
      onSignal: (signal) => {
        if (signal.kind !== "use") return;
        for (const use of signal.keys) {
          if (keyId !== null && use.keyId !== keyId) continue;
          subject.requests += use.requests;
          subject.refused += use.refused;
        }
      },
      onGap: () => {
        for (const { onGap } of [...subject.watchers]) onGap();
      },
    }),
  };
  return subject;
};

const tick = async (state: State): Promise<void> => {
  if (state.subjects.size === 0) {
    state.told.clear();
    return;
  }
  const nowMs = state.clock.nowMs();
  // By a clock that was set back, what was shown before is still to come: it is noted, and not shown once more.
  const isBack = nowMs < state.lookedMs;
  state.lookedMs = nowMs;
  if (isBack) state.sinceMs = nowMs;
  const tenantIds = [...new Set([...state.subjects.values()].map(({ tenantId }) => tenantId))];
  const recent = await state.requests.recent(tenantIds, Math.max(state.sinceMs, nowMs - lateMs), entriesPerLook);
  const fresh = recent.filter(({ id }) => !state.told.has(id));
  for (const { id, atMs } of fresh) state.told.set(id, atMs);
  for (const [id, atMs] of state.told) if (atMs < nowMs - 2 * lateMs) state.told.delete(id);
  const byTenant = new Map<string, LoggedRequest[]>();
  for (const entry of isBack ? [] : fresh) byTenant.set(entry.tenantId, [...(byTenant.get(entry.tenantId) ?? []), entry]);
  for (const subject of [...state.subjects.values()]) tell(subject, byTenant.get(subject.tenantId) ?? [], nowMs);
};

const tell = (subject: Subject, entries: readonly LoggedRequest[], nowMs: number): void => {
  const { tenantId, keyId, watchers, requests, refused } = subject;
  const own = entries.filter((entry) => keyId === null || entry.keyId === keyId);
  const first = [...own.filter(({ verdict }) => verdict !== "VALID"), ...own.filter(({ verdict }) => verdict === "VALID")];
  const shown = first.slice(0, shownAtMost);
  const second = { tenantId, atMs: nowMs, requests, refused, shown, isSampled: shown.length < Math.max(own.length, requests) };
  subject.requests = 0;
  subject.refused = 0;
  for (const { onSecond } of [...watchers]) onSecond(second);
};
