import type { BudgetState, SpendRequest } from "@keywright/core";
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
  /** A line a request: `key tenant decided ip times label`, without a tenant or an address where there is none. Only the label may hold spaces. */
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

/** Packs batches for `spend.lua`: numbers little-endian, strings behind their length. */
export const createBatchPacker = (names: Pick<ShardNames, "entry">) => {
  const buffer = Buffer.alloc(headBytes + requestBytes * maxItems);
  return (items: readonly BatchItem[], head: BatchHead): PackedBatch => {
    const named: Named = { batch: head.number, names, entries: [] };
    let at = buffer.writeUInt16LE(items.length, 0);
    at = buffer.writeDoubleLE(head.nowMs, at);
    at = packText(buffer, at, head.seed);
    const tailOf = createRecordTail();
    let record = "";
    for (const item of items) {
      const { install } = item.request;
      buffer[at + 3] = placeOf(item.key, named);
      buffer[at + 4] = item.tenant === null ? 0 : placeOf(item.tenant, named);
      buffer[at + 5] = item.behind;
      at = packRequest(buffer, at, item.request);
      if (install !== null) at = packInstallation(buffer, at, install);
      record += `${item.key.id} ${item.tenant === null ? "" : item.tenant.id}${tailOf(item)}`;
    }
    return { entries: named.entries, body: Buffer.from(buffer.subarray(0, at)), record };
  };
};

interface Named {
  /** The batch's number. */
  readonly batch: number;
  readonly names: Pick<ShardNames, "entry">;
  readonly entries: string[];
}

/** The place of a subject's entry among the batch's entries, each of which is there once; the first has place 1. A name is joined anew: kept, it would be a tenth of what a key takes. */
const placeOf = (subject: Subject, { batch, names, entries }: Named): number => {
  if (subject.batch !== batch) {
    subject.batch = batch;
    subject.place = entries.push(names.entry(subject.id));
  }
  return subject.place;
};

/** The characters of addresses: anything else would shift the fields of the record, or its lines. */
const address = /^[0-9A-Fa-f:.]+$/;

/** What follows the ids in a line is mostly that of the line before: joined once, it spares a batch two thirds of the pieces that its record is made of. */
const createRecordTail = () => {
  let last: BatchItem | undefined;
  let tail = "";
  return (item: BatchItem): string => {
    if (last === undefined || !hasTailOf(last, item)) tail = recordTail(item);
    last = item;
    return tail;
  };
};

const hasTailOf = (one: BatchItem, other: BatchItem): boolean =>
  one.label === other.label && one.times === other.times && one.request.decided === other.request.decided && one.request.ip === other.request.ip;

const recordTail = ({ request: { decided, ip }, times, label }: BatchItem): string =>
  ` ${decided} ${ip === null || !address.test(ip) ? "" : ip} ${times} ${label.includes("\n") ? label.replaceAll("\n", " ") : label}\n`;

const packRequest = (buffer: Buffer, start: number, request: SpendRequest): number => {
  const { key, tenant, keyLimit, poolLimit, monthlyQuota, install } = request;
  buffer[start] = request.dryRun ? 1 : 0;
  buffer[start + 1] = install === null ? 0 : 1;
  buffer[start + 2] = request.decided === "VALID" ? 1 : 0;
  // Bytes 3 and 4 are the places of the key's and the tenant's entry, byte 5 the request that it stands behind.
  buffer.writeDoubleLE(key.revision, start + 6);
  buffer.writeDoubleLE(tenant === null ? 0 : tenant.revision, start + 14);
  buffer.writeDoubleLE(monthlyQuota ?? -1, start + 22);
  buffer.writeUInt32LE(request.cost, start + 30);
  buffer.writeUInt32LE(keyLimit === null ? 0 : keyLimit.limit, start + 34);
  buffer.writeUInt32LE(keyLimit === null ? 0 : keyLimit.windowSeconds, start + 38);
  buffer.writeUInt32LE(poolLimit === null ? 0 : poolLimit.limit, start + 42);
  return buffer.writeUInt32LE(poolLimit === null ? 0 : poolLimit.windowSeconds, start + 46);
};

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
