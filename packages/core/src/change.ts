import type { Known, Ledger } from "./ports/ledger.ts";
import type { Store, Stores } from "./ports/store.ts";

interface ChangeDeps {
  readonly store: Store;
  readonly ledger: Pick<Ledger, "announce">;
}

export interface Change<T> {
  readonly result: T;
  /** The keys and tenants whose revision the transaction has raised. */
  readonly changed: readonly Known[];
}

/** A change of what a verdict depends on: committed to the store first, then told to the ledger, and only then answered. */
export const commitChange = async <T>(deps: ChangeDeps, work: (stores: Stores) => Promise<Change<T>>): Promise<T> => {
  const { result, changed } = await deps.store.transaction(work);
  await deps.ledger.announce(changed);
  return result;
};
