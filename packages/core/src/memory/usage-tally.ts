import type { Verdict } from "@keywright/contract";
import type { BudgetState, LastUse, UsageCount, UsageMove } from "../model/usage.ts";
import type { SpendRequest } from "../ports/ledger.ts";

const hourMs = 3_600_000;
/** Lines that one move carries at most. */
const moveSize = 5_000;
/** Endpoint labels that one key may have in one hour; later ones are counted as `otherEndpoints`. */
const labelsPerKey = 200;
/** Lines that may wait; beyond them only the label is coarsened, no request goes uncounted. */
const maxLines = 200_000;
/** Labels of all keys that are remembered in an hour. */
const maxLabels = 200_000;
const otherEndpoints = "other";
/** Moves of one delivery that left nothing behind: the second one has what came meanwhile. */
const smallMovesADelivery = 2;

export interface UsageTally {
  /** Counts one request; an accepted one is the key's last use. */
  count(request: SpendRequest, outcome: Verdict, nowMs: number): void;
  /** Whether this key's or tenant's budget is not yet in the store. */
  owes(subjectId: string): boolean;
  take(): UsageMove | undefined;
  confirm(moveId: string): void;
}

interface Options {
  readonly newMoveId: () => string;
  readonly readBudget: (subjectId: string) => BudgetState;
}

interface Pending {
  readonly counts: Map<string, UsageCount & { requests: number }>;
  readonly lastUses: Map<string, LastUse>;
  readonly budgets: Set<string>;
  /** Labels of the hour in progress, by key. */
  readonly labels: Map<string, Set<string>>;
  labelCount: number;
  labelsHourMs: number;
}

/** Counts in memory until the store has them: what is in transit is kept, unchanged, until it is confirmed. */
export const createUsageTally = (options: Options): UsageTally => {
  const pending: Pending = { counts: new Map(), lastUses: new Map(), budgets: new Set(), labels: new Map(), labelCount: 0, labelsHourMs: 0 };
  const transit: { move: UsageMove | undefined; subjects: ReadonlySet<string>; smallMoves: number } = { move: undefined, subjects: new Set(), smallMoves: 0 };
  const cut = (): void => {
    const isOver = pending.counts.size + pending.budgets.size === 0 || transit.smallMoves >= smallMovesADelivery;
    if (isOver) {
      transit.smallMoves = 0;
      return;
    }
    transit.move = cutMove(pending, options);
    transit.subjects = new Set(transit.move.budgets.map(({ subjectId }) => subjectId));
    if (pending.counts.size + pending.budgets.size === 0) transit.smallMoves += 1;
  };
  return {
    count: (request, outcome, nowMs) => count(pending, { request, outcome, nowMs }),
    owes: (subjectId) => pending.budgets.has(subjectId) || transit.subjects.has(subjectId),
    take: () => {
      if (transit.move === undefined) cut();
      return transit.move;
    },
    confirm: (moveId) => {
      if (transit.move?.id !== moveId) return;
      transit.move = undefined;
      transit.subjects = new Set();
    },
  } satisfies UsageTally;
};

interface Counted {
  readonly request: SpendRequest;
  readonly outcome: Verdict;
  readonly nowMs: number;
}

const count = (pending: Pending, { request, outcome, nowMs }: Counted): void => {
  const keyId = request.key.id;
  const startMs = nowMs - (nowMs % hourMs);
  const endpoint = label(pending, { keyId, endpoint: request.endpoint, hourMs: startMs });
  const line = `${keyId} ${startMs} ${outcome} ${endpoint}`;
  const standing = pending.counts.get(line);
  if (standing !== undefined) standing.requests += 1;
  else pending.counts.set(line, { keyId, tenantId: request.tenant?.id ?? null, hourMs: startMs, endpoint, outcome, requests: 1 });
  if (outcome !== "VALID") return;
  pending.lastUses.set(keyId, { keyId, atMs: nowMs, ip: request.ip });
  if (request.keyLimit !== null || request.monthlyQuota !== null) pending.budgets.add(keyId);
  if (request.tenant !== null && request.poolLimit !== null) pending.budgets.add(request.tenant.id);
};

interface Label {
  readonly keyId: string;
  readonly endpoint: string;
  readonly hourMs: number;
}

const label = (pending: Pending, { keyId, endpoint, hourMs }: Label): string => {
  if (pending.labelsHourMs !== hourMs) {
    pending.labels.clear();
    pending.labelCount = 0;
    pending.labelsHourMs = hourMs;
  }
  const known = pending.labels.get(keyId);
  if (known?.has(endpoint)) return endpoint;
  if (pending.counts.size >= maxLines || pending.labelCount >= maxLabels || (known?.size ?? 0) >= labelsPerKey) return otherEndpoints;
  pending.labelCount += 1;
  if (known === undefined) pending.labels.set(keyId, new Set([endpoint]));
  else known.add(endpoint);
  return endpoint;
};

const first = <T>(items: Iterable<T>): T[] => {
  const taken: T[] = [];
  for (const item of items) {
    if (taken.length >= moveSize) break;
    taken.push(item);
  }
  return taken;
};

const cutMove = (pending: Pending, options: Options): UsageMove => {
  const counts = first(pending.counts);
  const lastUses = first(pending.lastUses);
  const budgets = first(pending.budgets);
  for (const [line] of counts) pending.counts.delete(line);
  for (const [keyId] of lastUses) pending.lastUses.delete(keyId);
  for (const subjectId of budgets) pending.budgets.delete(subjectId);
  return {
    id: options.newMoveId(),
    counts: counts.map(([, value]) => value),
    lastUses: lastUses.map(([, value]) => value),
    budgets: budgets.map(options.readBudget),
  };
};
