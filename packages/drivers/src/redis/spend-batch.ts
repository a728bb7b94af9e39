import type { BudgetState, RateLimit, SpendRequest } from "@keywright/core";
import type { ShardNames } from "./names.ts";
import type { Subject } from "./subjects.ts";

/** A request, whom it is about, and the label that its endpoint is counted under. */
export interface BatchItem {
  readonly request: SpendRequest;
  /** Requests that it stands for. */
  readonly times: number;
  /** The number in its batch, from 1, of the request that it stands behind; 0: none. */
  readonly behind: number;
  readonly key: Subject;
  readonly tenant: Subject | null;
  readonly label: string;
}

interface BatchHead {
  /** Of this process's batches on this shard; from 1. */
  readonly number: number;
  /** 0: the server's clock. */
  readonly nowMs: number;
  /** What new leases begin with: never the same twice, whatever the ledger has forgotten. */
  readonly seed: string;
}

export interface PackedBatch {
  /** Names of the entries, each once. */
  readonly entries: readonly string[];
  readonly body: Buffer;
  /**
   * A line a request: `key tenant decided ip times label`, without a tenant or an address where there is none, and with nothing behind the tenant where all of it
   * is as in the line before. Only the label may hold spaces.
   */
  readonly record: string;
}

/** Requests that a batch may hold: places of entries are one byte each, and every request may bring two. */
export const maxBatchSize = 100;

/** One more is the caller, whom a full batch may stand behind. */
const maxItems = maxBatchSize + 1;
const headBytes = 128;
/** Bytes that one request may need: its numbers, and two leases and two budgets to install. */
const requestBytes = 512;
const longestLease = 120;
/** Of a request: five of one byte, and two revisions. */
const fixedBytes = 21;

/** Packs batches for `spend.lua`: numbers little-endian, strings behind their length. */
export const createBatchPacker = (names: Pick<ShardNames, "entry">) => {
  const buffer = Buffer.alloc(headBytes + requestBytes * maxItems);
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
  return (items: readonly BatchItem[], head: BatchHead): PackedBatch => {
    const packing: Packing = { buffer, view, batch: head.number, names, entries: [], last: undefined };
    let at = buffer.writeUInt16LE(items.length, 0);
    at = buffer.writeDoubleLE(head.nowMs, at);
    at = packText(buffer, at, head.seed);
    const tailOf = createRecordTail();
    let record = "";
    for (const item of items) {
      at = packItem(packing, at, item);
      record += `${item.key.id} ${item.tenant === null ? "" : item.tenant.id}${tailOf(item)}`;
    }
    return { entries: packing.entries, body: Buffer.from(buffer.subarray(0, at)), record };
  };
};

interface Packing {
  readonly buffer: Buffer;
  /** Of the buffer: what every request has is written with a tenth of what the buffer's own writers take. */
  readonly view: DataView;
  /** The batch's number. */
  readonly batch: number;
  readonly names: Pick<ShardNames, "entry">;
  readonly entries: string[];
  /** The request before. */
  last: SpendRequest | undefined;
}

/** The place of a subject's entry among the batch's entries, each of which is there once; the first has place 1. A name is joined anew: kept, it would be a tenth of what a key takes. */
const placeOf = (subject: Subject, { batch, names, entries }: Packing): number => {
  if (subject.batch !== batch) {
    subject.batch = batch;
    subject.place = entries.push(names.entry(subject.id));
  }
  return subject.place;
};

/** The characters of addresses: anything else would shift the fields of the record, or its lines. */
const address = /^[0-9A-Fa-f:.]+$/;

/** What follows the ids in a line is mostly that of the line before: said once, it spares the ledger a third of the record. */
const createRecordTail = () => {
  let last: BatchItem | undefined;
  return (item: BatchItem): string => {
    const tail = last !== undefined && hasTailOf(last, item) ? "\n" : recordTail(item);
    last = item;
    return tail;
  };
};

const hasTailOf = (one: BatchItem, other: BatchItem): boolean =>
  one.label === other.label && one.times === other.times && one.request.decided === other.request.decided && one.request.ip === other.request.ip;

const recordTail = ({ request: { decided, ip }, times, label }: BatchItem): string =>
  ` ${decided} ${ip === null || !address.test(ip) ? "" : ip} ${times} ${label.includes("\n") ? label.replaceAll("\n", " ") : label}\n`;

const packItem = (packing: Packing, start: number, { request, key, tenant, behind }: BatchItem): number => {
  const { buffer, view, last } = packing;
  const hasTerms = last === undefined || !hasTermsOf(last, request);
  packing.last = request;
  buffer[start] = kindOf(request);
  buffer[start + 1] = hasTerms ? 1 : 0;
  buffer[start + 2] = placeOf(key, packing);
  buffer[start + 3] = tenant === null ? 0 : placeOf(tenant, packing);
  buffer[start + 4] = behind;
  view.setFloat64(start + 5, request.key.revision, true);
  view.setFloat64(start + 13, request.tenant === null ? 0 : request.tenant.revision, true);
  let at = start + fixedBytes;
  if (hasTerms) at = packTerms(buffer, at, request);
  return request.install === null ? at : packInstallation(buffer, at, request.install);
};

/** 0: VALID so far, to be charged, and nothing to install. */
const kindOf = ({ decided, dryRun, install }: SpendRequest): number => (decided === "VALID" ? 0 : 1) + (dryRun ? 2 : 0) + (install === null ? 0 : 4);

/** Keys of one plan share their limits' objects mostly; where they only are alike, they are said twice. */
const hasTermsOf = (one: SpendRequest, other: SpendRequest): boolean =>
  one.keyLimit === other.keyLimit && one.poolLimit === other.poolLimit && one.monthlyQuota === other.monthlyQuota && one.cost === other.cost;

const packTerms = (buffer: Buffer, start: number, { monthlyQuota, cost, keyLimit, poolLimit }: SpendRequest): number => {
  let at = buffer.writeDoubleLE(monthlyQuota ?? -1, start);
  at = buffer.writeUInt32LE(cost, at);
  at = packLimit(buffer, at, keyLimit);
  return packLimit(buffer, at, poolLimit);
};

const packLimit = (buffer: Buffer, start: number, limit: RateLimit | null): number =>
  buffer.writeUInt32LE(limit === null ? 0 : limit.windowSeconds, buffer.writeUInt32LE(limit === null ? 0 : limit.limit, start));

const packInstallation = (buffer: Buffer, start: number, install: NonNullable<SpendRequest["install"]>): number => {
  const [keyLease = "", tenantLease = ""] = install.lease.length > longestLease ? [] : install.lease.split(":");
  let at = packText(buffer, start, keyLease);
  at = packText(buffer, at, tenantLease);
  at = packBudget(buffer, at, install.keyBudget);
  return packBudget(buffer, at, install.tenantBudget);
};

const packText = (buffer: Buffer, start: number, text: string): number => {
  buffer[start] = buffer.write(text, start + 1, "latin1");
  return start + 1 + (buffer[start] ?? 0);
};

/** What the store says is not trusted to fit: one bad row must not spoil the batch of others. */
const within32Bits = (value: number): number => Math.min(Math.max(0, value), 0xffff_ffff);

const packBudget = (buffer: Buffer, start: number, budget: BudgetState | null): number => {
  let at = buffer.writeUInt32LE(within32Bits(budget?.bucket?.tokens ?? 0), start);
  at = buffer.writeUInt32LE(within32Bits(budget?.bucket?.fraction ?? 0), at);
  at = buffer.writeDoubleLE(budget?.bucket?.atMs ?? -1, at);
  at = buffer.writeUInt16LE(budget?.quota?.month ?? 0, at);
  return buffer.writeDoubleLE(budget?.quota?.used ?? 0, at);
};
