import { randomBytes } from "node:crypto";
import type { SpendRequest, SpendResult } from "@keywright/core";
import { createEndpointLabels, type EndpointLabels } from "./endpoint-labels.ts";
import type { Keeper } from "./keeper.ts";
import type { ShardNames } from "./names.ts";
import { createPages, type Page, type Pages } from "./pages.ts";
import { scripts } from "./scripts.ts";
import { readBatchAnswer } from "./spend-answer.ts";
import { createBatchPacker } from "./spend-batch.ts";
import { createSpendQueue, type Waiting } from "./spend-queue.ts";

export interface ShardOptions {
  readonly shard: number;
  readonly names: ShardNames;
  readonly keeper: Keeper;
  readonly newMoveId: () => string;
  readonly batchSize: number;
  /** The ledger's time; 0: the server's. */
  readonly nowMs: () => number;
}

/** One shard's spends, and the counts that they leave. */
export interface SpendShard {
  readonly names: ShardNames;
  readonly pages: Pages;
  spend(request: SpendRequest): Promise<SpendResult>;
  /** Tells the ledger that this process lives, so that nobody takes its pages for a dead one's. */
  touch(): Promise<void>;
}

/** Requests under way in one process; beyond it the ledger cannot keep up anyway. */
const maxUnderWay = 10_000;
/** How long a process is silent before others take its pages over. */
export const silentMs = 30_000;

interface State extends ShardOptions {
  readonly pages: Pages;
  readonly labels: EndpointLabels;
  readonly pack: ReturnType<typeof createBatchPacker>;
  readonly nonce: string;
  batches: number;
  /** When the ledger last heard of the open page, by this process's monotonic clock. */
  touchedAtMs: number;
}

export const createSpendShard = (options: ShardOptions): SpendShard => {
  const pages = createPages(options.newMoveId);
  const state: State = {
    ...options,
    pages,
    labels: createEndpointLabels(pages.isCrowded),
    pack: createBatchPacker(options.names),
    nonce: randomBytes(12).toString("base64url"),
    batches: 0,
    touchedAtMs: performance.now(),
  };
  return {
    names: options.names,
    pages,
    spend: createSpendQueue<SpendRequest, SpendResult>({ batchSize: options.batchSize, maxUnderWay, send: (batch) => send(state, batch) }),
    touch: async () => {
      const startedAtMs = performance.now();
      const ids = pages.ids().map(options.names.page);
      await options.keeper.run((link) => link.node(options.shard).run(scripts.touch, [options.names.pages], [String(options.nowMs()), ...ids]));
      state.touchedAtMs = startedAtMs;
    },
  } satisfies SpendShard;
};

const send = async (state: State, batch: readonly Waiting<SpendRequest, SpendResult>[]): Promise<void> => {
  const page = openPage(state);
  try {
    await exchange(state, batch, page);
  } catch (error) {
    for (const { reject } of batch) reject(error);
  } finally {
    state.pages.settle(page);
  }
};

/** A page that the ledger has not heard of for long may already be another process's to deliver: nothing more is counted there. */
const openPage = ({ pages, touchedAtMs }: State): Page => {
  if (performance.now() - touchedAtMs > silentMs / 2) pages.turn();
  return pages.begin();
};

const exchange = async (state: State, batch: readonly Waiting<SpendRequest, SpendResult>[], page: Page): Promise<void> => {
  const { names, keeper, shard } = state;
  const startedAtMs = performance.now();
  const items = batch.map(({ request }) => ({ request, label: state.labels.label(request.key.id, request.endpoint) }));
  state.batches += 1;
  const { entries, body, record } = state.pack(items, { nowMs: state.nowMs(), seed: `${state.nonce}${state.batches}.` });
  const keys = [names.page(page.id), names.pages, names.due, ...entries];
  const args = [body, state.pages.copy(page, record)];
  const answer = await keeper.run((link) => link.node(shard).run(scripts.spend, keys, args));
  const { nowMs, results } = readBatchAnswer(
    answer as Buffer,
    batch.map(({ request }) => request),
  );
  state.touchedAtMs = startedAtMs;
  state.labels.setHour(nowMs - (nowMs % 3_600_000));
  batch.forEach(({ resolve }, index) => {
    const result = results[index];
    const item = items[index];
    if (result === undefined || item === undefined) throw new RangeError("The ledger answered fewer requests than it was asked.");
    const { request, label } = item;
    if (result.state === "DONE" && !request.dryRun) {
      const { key, tenant, ip } = request;
      state.pages.count(page, { keyId: key.id, tenantId: tenant?.id ?? null, endpoint: label, outcome: result.outcome, nowMs, ip });
    }
    resolve(result);
  });
};
