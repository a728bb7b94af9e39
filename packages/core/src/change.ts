import { Unavailable } from "./errors.ts";
import type { Announcements } from "./ports/announcements.ts";
import type { Known, Ledger } from "./ports/ledger.ts";
import type { Store, Stores } from "./ports/store.ts";

export interface TellingDeps {
  readonly store: { readonly announcements: Pick<Announcements, "settle"> };
  readonly ledger: Pick<Ledger, "announce">;
}

export interface ChangeDeps extends TellingDeps {
  readonly store: Store;
}

export interface Change<T> {
  readonly result: T;
  /** The keys and tenants whose revision the transaction has raised. */
  readonly changed: readonly Known[];
}

/** A change that was committed. */
export interface Committed<T> {
  readonly result: T;
  /** Whether it is in force in every process. If not, it is told to the ledger again and again until it is. */
  readonly enforced: boolean;
}

/** A change of what a verdict depends on: committed to the store first, then told to the ledger, and only then answered. */
export const commitChange = async <T>(deps: ChangeDeps, work: (stores: Stores) => Promise<Change<T>>): Promise<Committed<T>> => {
  const { result, changed } = await deps.store.transaction((stores) => announced(stores, work));
  return { result, enforced: await enforce(deps, changed) };
};

/** Does the work, and notes in the same transaction what the ledger has to be told. */
export const announced = async <T>(stores: Stores, work: (stores: Stores) => Promise<Change<T>>): Promise<Change<T>> => {
  const change = await work(stores);
  await stores.announcements.add(change.changed);
  return change;
};

/** Tells the ledger of committed changes; false where it cannot be told now. */
export const enforce = async ({ ledger, store }: TellingDeps, changed: readonly Known[]): Promise<boolean> => {
  try {
    await ledger.announce(changed);
  } catch (error) {
    if (error instanceof Unavailable) return false;
    throw error;
  }
  // Left unsettled, they are only told once more.
  await store.announcements.settle(changed).catch(() => {});
  return true;
};

const unsettledForMs = 2_000;
const pageSize = 500;

/** Tells what could not be told before, or was committed by a process that died then: so a revocation that was not enforced becomes so. Answers how many. */
export const retellChanges = async (deps: ChangeDeps): Promise<number> => {
  const page = await deps.store.announcements.unsettled(unsettledForMs, { after: 0, limit: pageSize });
  if (page.length === 0) return 0;
  await deps.ledger.announce(page);
  await deps.store.announcements.settle(page);
  return page.length;
};
