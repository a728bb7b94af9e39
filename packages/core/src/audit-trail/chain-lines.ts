import type { ChainLine, Checkpoint } from "@keywright/contract";
import type { AuditChains } from "../ports/audit-chains.ts";
import type { SecretStore } from "../ports/secret-store.ts";
import { toChainEntry } from "../rules/audit-chain.ts";
import { readWitness } from "./witness.ts";

export interface ChainLinesDeps {
  readonly store: { readonly chains: Pick<AuditChains, "entries" | "checkpoints" | "end"> };
  readonly secretStore: Pick<SecretStore, "read">;
}

interface WhichLines {
  readonly tenantId: string | null;
  /** Only what comes after this sequence; 0: all that there is. */
  readonly after: number;
}

const pageSize = 500;

/**
 * A chain as it is exported and verified: each entry by sequence, each checkpoint behind the entry that it is of, the end last. Read page by page, so
 * that it takes the same memory however long it is; what is added meanwhile is in it. Of checkpoints whose entries are not there, the first is in it.
 */
export async function* chainLines({ store: { chains }, secretStore }: ChainLinesDeps, { tenantId, after }: WhichLines): AsyncGenerator<ChainLine> {
  const witness = await readWitness(secretStore, tenantId);
  let page = await chains.entries({ tenantId, after, limit: pageSize });
  const start = after > 0 ? after : (page[0]?.sequence ?? 1) - 1;
  const checkpoints = readCheckpoints(chains, { tenantId, start, witness });
  let last = start;
  if (start > 0) yield* checkpoints.upTo(start);
  for (;;) {
    for (const entry of page) {
      yield toChainEntry(entry);
      last = entry.sequence;
      yield* checkpoints.upTo(last);
    }
    // Looked at before the end is: what it is of was entered by then.
    const further = await checkpoints.peek();
    const end = await chains.end(tenantId);
    page = Number.isSafeInteger(last) ? await chains.entries({ tenantId, after: last, limit: pageSize }) : [];
    if (page.length > 0) continue;
    if (further !== undefined) yield further;
    yield { type: "head", tenant_id: tenantId, sequence: end.sequence, hash: end.hash };
    return;
  }
}

interface WhichCheckpoints {
  readonly tenantId: string | null;
  readonly start: number;
  readonly witness: Checkpoint | undefined;
}

const readCheckpoints = (chains: Pick<AuditChains, "checkpoints">, { tenantId, start, witness }: WhichCheckpoints) => {
  const state = { next: start, page: [] as Checkpoint[], witness: witness !== undefined && witness.sequence >= start ? witness : undefined };
  const peek = async (): Promise<Checkpoint | undefined> => {
    if (state.page.length === 0) {
      state.page = [...(await chains.checkpoints({ tenantId, after: state.next, limit: pageSize }))];
      state.next = (state.page.at(-1)?.sequence ?? state.next - 1) + 1;
    }
    const [stored] = state.page;
    if (state.witness === undefined || (stored !== undefined && stored.sequence < state.witness.sequence)) return stored;
    if (stored === undefined || stored.sequence > state.witness.sequence) return state.witness;
    if (stored.signature === state.witness.signature) state.witness = undefined;
    return stored;
  };
  const take = (checkpoint: Checkpoint): void => {
    if (checkpoint === state.page[0]) state.page.shift();
    else state.witness = undefined;
  };
  return {
    /** The next one; it is not taken. */
    peek,
    /** Takes those of this sequence and of earlier ones. */
    async *upTo(sequence: number): AsyncGenerator<Checkpoint> {
      for (let next = await peek(); next !== undefined && next.sequence <= sequence; next = await peek()) {
        take(next);
        yield next;
      }
    },
  };
};
