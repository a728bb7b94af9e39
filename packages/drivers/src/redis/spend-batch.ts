import type { BudgetState, SpendRequest } from "@keywright/core";
import type { ShardNames } from "./names.ts";

/** A request and the label that its endpoint is counted under. */
export interface BatchItem {
  readonly request: SpendRequest;
  readonly label: string;
}

interface BatchHead {
  /** 0: the server's clock. */
  readonly nowMs: number;
  /** What new leases begin with: never the same twice, whatever the ledger has forgotten. */
  readonly seed: string;
}

export interface PackedBatch {
  /** Names of the entries, each once. */
  readonly entries: readonly string[];
  readonly body: Buffer;
}

/** Requests that a batch may hold: places of entries are one byte each, and every request may bring two. */
export const maxBatchSize = 100;

/** Bytes that one request may need beside its label: its numbers, and two leases and two budgets to install. */
const roomPerRequest = 512;
const longestLease = 120;

/** Packs batches for `spend.lua`: numbers little-endian, strings behind their length. */
export const createBatchPacker = (names: ShardNames) => {
  const scratch = { buffer: Buffer.allocUnsafe(16_384) };
  return (items: readonly BatchItem[], head: BatchHead): PackedBatch => {
    const places = new Map<string, number>();
    const entries: string[] = [];
    const placeOf = (id: string): number => {
      const known = places.get(id);
      if (known !== undefined) return known;
      entries.push(names.entry(id));
      places.set(id, entries.length);
      return entries.length;
    };
    const room = items.reduce((bytes, { label }) => bytes + roomPerRequest + label.length * 3, roomPerRequest);
    if (scratch.buffer.length < room) scratch.buffer = Buffer.allocUnsafe(room * 2);
    const writer = createWriter(scratch.buffer);
    writer.u16(items.length);
    writer.f64(head.nowMs);
    writer.text8(head.seed);
    for (const item of items) packItem(writer, item, placeOf);
    return { entries, body: Buffer.from(scratch.buffer.subarray(0, writer.length())) };
  };
};

type Writer = ReturnType<typeof createWriter>;

const createWriter = (buffer: Buffer) => {
  let at = 0;
  return {
    u8: (value: number): void => {
      at = buffer.writeUInt8(value, at);
    },
    u16: (value: number): void => {
      at = buffer.writeUInt16LE(value, at);
    },
    u32: (value: number): void => {
      at = buffer.writeUInt32LE(value, at);
    },
    f64: (value: number): void => {
      at = buffer.writeDoubleLE(value, at);
    },
    text8: (text: string): void => {
      const bytes = buffer.write(text, at + 1);
      buffer.writeUInt8(bytes, at);
      at += bytes + 1;
    },
    text16: (text: string): void => {
      const bytes = buffer.write(text, at + 2);
      buffer.writeUInt16LE(bytes, at);
      at += bytes + 2;
    },
    length: (): number => at,
  };
};

const packItem = (writer: Writer, { request, label }: BatchItem, placeOf: (id: string) => number): void => {
  const { key, tenant, keyLimit, poolLimit, monthlyQuota, install } = request;
  writer.u8(request.dryRun ? 1 : 0);
  writer.u8(install === null ? 0 : 1);
  writer.u8(placeOf(key.id));
  writer.u8(tenant === null ? 0 : placeOf(tenant.id));
  writer.f64(key.revision);
  writer.f64(tenant?.revision ?? 0);
  writer.f64(monthlyQuota ?? -1);
  writer.u32(request.cost);
  writer.u32(keyLimit?.limit ?? 0);
  writer.u32(keyLimit?.windowSeconds ?? 0);
  writer.u32(poolLimit?.limit ?? 0);
  writer.u32(poolLimit?.windowSeconds ?? 0);
  writer.text8(request.decided);
  writer.text16(label);
  if (install === null) return;
  const [keyLease = "", tenantLease = ""] = install.lease.length > longestLease ? [] : install.lease.split(":");
  writer.text8(keyLease);
  writer.text8(tenantLease);
  packBudget(writer, install.keyBudget);
  packBudget(writer, install.tenantBudget);
};

/** What the store says is not trusted to fit: one bad row must not spoil the batch of others. */
const within32Bits = (value: number): number => Math.min(Math.max(0, value), 0xffff_ffff);

const packBudget = (writer: Writer, budget: BudgetState | null): void => {
  writer.u32(within32Bits(budget?.bucket?.tokens ?? 0));
  writer.u32(within32Bits(budget?.bucket?.fraction ?? 0));
  writer.f64(budget?.bucket?.atMs ?? -1);
  writer.u16(budget?.quota?.month ?? 0);
  writer.f64(budget?.quota?.used ?? 0);
};
