import { randomBytes } from "node:crypto";
import { isSameSpend, isShareable, type OnCall, type Settled, type SpendRequest, type SpendResult, Unavailable } from "@keywright/core";
import type { Keeper } from "./keeper.ts";
import type { ShardNames } from "./names.ts";
import { createPages, type Page, type Pages } from "./pages.ts";
import { scripts } from "./scripts.ts";
import { readBatchAnswer } from "./spend-answer.ts";
import { type BatchItem, createBatchPacker } from "./spend-batch.ts";
import { createSpendQueue, refuse, settle, type Waiting } from "./spend-queue.ts";
import { createSubjects, type Subjects } from "./subjects.ts";

export interface ShardOptions {
  readonly shard: number;
  readonly names: ShardNames;
  readonly keeper: Keeper;
  readonly newMoveId: () => string;
  readonly batchSize: number;
  /** The ledger's time; 0: the server's. */
  readonly nowMs: () => number;
  readonly onCall: OnCall;
}

/** One shard's spends, and the counts that they leave. */
export interface SpendShard {
  readonly names: ShardNames;
  readonly pages: Pages;
  spend(request: SpendRequest): Promise<SpendResult>;
  /** As `Ledger.spendBehind`, for two requests of this shard; the first is decided as VALID. */
  spendBehind(first: SpendRequest, request: SpendRequest): Promise<SpendResult | undefined>;
  /** As `Ledger.spendAll`, for requests of this shard. */
  spendAll(requests: readonly SpendRequest[]): Promise<readonly Settled[]>;
  /** As `Ledger.spendAllBehind`, for as many as a batch holds; the first is decided as VALID. */
  spendAllBehind(first: SpendRequest, requests: readonly SpendRequest[]): Promise<readonly Settled[] | undefined>;
  /** As `Ledger.spendEachBehind`, for requests of this shard; the first is decided as VALID. */
  spendEachBehind(first: SpendRequest, requests: readonly SpendRequest[]): Promise<readonly (Settled | undefined)[]>;
  /** Tells the ledger that this process lives, so that nobody takes its pages for a dead one's. */
  touch(): Promise<void>;
}

/** Requests under way in one process; beyond it the ledger cannot keep up anyway. */
const maxUnderWay = 10_000;
/** How long a process is silent before others take its pages over. */
export const silentMs = 30_000;

/** Pages that one heartbeat names; there are more only where the store has been away for long. */
const maxTouched = 1_000;

interface State extends ShardOptions {
  readonly pages: Pages;
  readonly subjects: Subjects;
  readonly pack: ReturnType<typeof createBatchPacker>;
  readonly nonce: string;
  batches: number;
  /** By the ledger's clock, as far as it is known; counted from 1970. */
  hour: number;
  /** When the ledger last heard of the open page, by this process's monotonic clock. */
  touchedAtMs: number;
}

export const createSpendShard = (options: ShardOptions): SpendShard => {
  const pages = createPages(options.newMoveId);
  const state: State = {
    ...options,
    pages,
    subjects: createSubjects(),
    pack: createBatchPacker(options.names),
    nonce: randomBytes(12).toString("base64url"),
    batches: 0,
    hour: 0,
    touchedAtMs: performance.now(),
  };
  const queue = createSpendQueue<SpendRequest, SpendResult>({
    batchSize: options.batchSize,
    maxUnderWay,
    isShareable,
    isSame: isSameSpend,
    send: (batch) => send(state, batch),
  });
  return {
    names: options.names,
    pages,
    spend: queue.spend,
    spendBehind: queue.spendBehind,
    spendAll: queue.spendAll,
    spendAllBehind: queue.spendAllBehind,
    spendEachBehind: queue.spendEachBehind,
    touch: async () => {
      // After a silence the pages may be another process's by now: what is counted from here on must not be on them.
      if (isSilent(state)) pages.turnAfterSilence();
      const startedAtMs = performance.now();
      const ids = pages.ids().slice(0, maxTouched).map(options.names.page);
      await options.keeper.run((link) => link.node(options.shard).run(scripts.touch, [options.names.pages], [String(options.nowMs()), ...ids]));
      state.touchedAtMs = startedAtMs;
    },
  } satisfies SpendShard;
};

const send = async (state: State, batch: readonly Waiting<SpendRequest, SpendResult>[]): Promise<void> => {
  const page = openPage(state);
  const sending = { isSent: false };
  const startedMs = performance.now();
  const tell = (isAnswered: boolean): void => state.onCall({ operation: "spend", startedMs, tookMs: performance.now() - startedMs, isAnswered });
  try {
    await exchange(state, batch, { page, sending, startedMs });
    tell(true);
  } catch (error) {
    tell(!(error instanceof Unavailable));
    page.isDoubtful ||= sending.isSent;
    for (const waiting of batch) refuse(waiting, error);
  } finally {
    state.pages.settle(page);
  }
};

/** A page that the ledger has not heard of for long may already be another process's to deliver: nothing more is counted there. */
const openPage = (state: State): Page => {
  if (isSilent(state)) state.pages.turnAfterSilence();
  return state.pages.begin();
};

const isSilent = ({ touchedAtMs }: State): boolean => performance.now() - touchedAtMs > silentMs / 2;

interface Sending {
  readonly page: Page;
  /** Whether the ledger may have heard of it. */
  readonly sending: { isSent: boolean };
  /** By this process's monotonic clock. */
  readonly startedMs: number;
}

const exchange = async (state: State, batch: readonly Waiting<SpendRequest, SpendResult>[], { page, sending, startedMs }: Sending): Promise<void> => {
  const { names, keeper, shard } = state;
  const items = itemsOf(state, batch);
  state.batches += 1;
  const number = state.batches;
  const { entries, body, record } = state.pack(items, { number, nowMs: state.nowMs(), seed: `${state.nonce}${number}.` });
  const keys = [names.page(page.id), names.pages, names.due, ...entries];
  const args = [body, state.pages.copy(page, record)];
  const answer = await keeper.run((link) => {
    page.isUsed = true;
    sending.isSent = true;
    return link.node(shard).run(scripts.spend, keys, args);
  });
  const { nowMs, results } = readBatchAnswer(answer as Buffer, items);
  state.touchedAtMs = startedMs;
  state.hour = Math.floor(nowMs / 3_600_000);
  items.forEach(({ request, times, key, tenant, label }, index) => {
    const result = results[index];
    if (result?.state !== "DONE" || request.dryRun) return;
    state.pages.count(page, key, { tenantId: tenant === null ? null : tenant.id, endpoint: label, outcome: result.outcome, nowMs, ip: request.ip, times });
  });
  batch.forEach((waiting, index) => {
    settle(waiting, results[index]);
  });
};

const itemsOf = ({ subjects, hour, pages }: State, batch: readonly Waiting<SpendRequest, SpendResult>[]): readonly BatchItem[] => {
  subjects.makeRoom();
  const labelling = { hour, isCrowded: pages.isCrowded() };
  return batch.map((waiting, index) => {
    const { request, times, behind } = waiting;
    waiting.number = index + 1;
    const key = subjects.of(request.key);
    return {
      request,
      times,
      behind: behind?.number ?? 0,
      key,
      tenant: request.tenant === null ? null : subjects.of(request.tenant),
      label: subjects.labelOf(key, request.endpoint, labelling),
    };
  });
};
