import type { Sha256 } from "@keywright/contract";
import type { AuditEntry, ChainedEntry } from "../model/audit.ts";
import type { AuditFilter, AuditLog } from "../ports/audit-log.ts";
import type { IdempotencyStore } from "../ports/idempotency-store.ts";
import { chainEntries } from "../rules/audit-chain.ts";
import { chainOf } from "./store-chains.ts";
import { addRow, pageById, type StoreAccess, type StoreState } from "./store-state.ts";

export const memoryAuditLog = ({ read, write }: StoreAccess, sha256: Sha256) =>
  ({
    append: (entry) => write((state) => appendChained(state, sha256, entry)),
    list: (filter, page) =>
      read((state) => pageById([...state.audit.values()].filter((entry) => matches(entry, filter)).map(unchained), (entry) => entry.id, page)),
  }) satisfies AuditLog;

const appendChained = (state: StoreState, sha256: Sha256, entry: AuditEntry): void => {
  const chain = chainOf(state, entry.tenantId);
  const [chained] = chainEntries(sha256, chain, [entry]);
  if (chained === undefined) throw new Error("One entry is chained to one.");
  addRow(state.audit, entry.id, chained);
  state.chains.set(entry.tenantId ?? "", { ...chain, sequence: chained.sequence, hash: chained.hash });
};

const unchained = ({ sequence: _sequence, previousHash: _previousHash, hash: _hash, ...entry }: ChainedEntry): AuditEntry => entry;

const matches = (entry: AuditEntry, filter: AuditFilter): boolean =>
  (filter.tenantId === undefined || filter.tenantId === entry.tenantId) &&
  (filter.actorId === undefined || filter.actorId === entry.actorId) &&
  (filter.targetId === undefined || filter.targetId === entry.targetId) &&
  (filter.action === undefined || filter.action === entry.action) &&
  (filter.fromMs === undefined || entry.atMs >= filter.fromMs) &&
  (filter.toMs === undefined || entry.atMs < filter.toMs);

export const memoryIdempotencyStore = ({ read, write }: StoreAccess, tenantId: string | null) =>
  ({
    find: (scope, sinceMs) =>
      read((state) => {
        const answer = state.idempotency.get(scope)?.answer;
        return answer !== undefined && answer.createdAtMs >= sinceMs ? answer : undefined;
      }),
    insert: (answer, sinceMs) =>
      write((state) => {
        const standing = state.idempotency.get(answer.scope)?.answer;
        if (standing !== undefined && standing.createdAtMs >= sinceMs) return false;
        state.idempotency.set(answer.scope, { answer, tenantId });
        return true;
      }),
    prune: (beforeMs, limit) =>
      write((state) => {
        const old = [...state.idempotency.values()].filter(({ answer }) => answer.createdAtMs < beforeMs).slice(0, limit);
        for (const { answer } of old) state.idempotency.delete(answer.scope);
        return old.length;
      }),
  }) satisfies IdempotencyStore;
