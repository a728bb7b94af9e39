import { type ChainEntry, entryText, type Sha256 } from "@keywright/contract";
import type { AuditEntry, ChainedEntry } from "../model/audit.ts";

/** Where a chain stands: its newest entry; sequence 0 where there is none. */
export interface ChainPlace {
  readonly sequence: number;
  readonly hash: string;
}

/** These entries as the next ones of their chain. */
export const chainEntries = (sha256: Sha256, head: ChainPlace, entries: readonly AuditEntry[]): readonly ChainedEntry[] => {
  let last = head;
  return entries.map((entry) => {
    const place = { sequence: last.sequence + 1, previousHash: last.hash };
    const { hash: _none, ...line } = toChainEntry({ ...entry, ...place, hash: "" });
    const chained = { ...entry, ...place, hash: sha256(entryText(line)) };
    last = chained;
    return chained;
  });
};

/** An entry in the form that leaves Keywright, and that its hash is of. */
export const toChainEntry = (entry: ChainedEntry): ChainEntry => ({
  type: "entry",
  tenant_id: entry.tenantId,
  sequence: entry.sequence,
  previous_hash: entry.previousHash,
  hash: entry.hash,
  id: entry.id,
  at_ms: entry.atMs,
  actor: { type: entry.actorType, id: entry.actorId },
  action: entry.action,
  target: { type: entry.targetType, id: entry.targetId },
  reason: entry.reason,
  ip: entry.ip,
  request_id: entry.requestId,
  before: entry.before,
  after: entry.after,
});
