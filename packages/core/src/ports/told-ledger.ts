import type { Known, SpendSteps } from "./ledger.ts";

/** A ledger beside the store, which has to be told of changes and may forget them: Redis. */
export interface ToldLedger extends SpendSteps {
  /** Which ledger this process is connected to; connects where need be. Another server, or the same one after a change of its role, has another identity. */
  identity(): Promise<string>;
  /** Tells the changes to this very ledger, as `Ledger.announce` does; false, with nothing told, where the connection leads to another one. */
  announceTo(identity: string, changed: readonly Known[]): Promise<boolean>;
  /** Notes in this very ledger that every change the store had at this time was told to it. Older marks than the standing one are ignored. */
  markTo(identity: string, atMs: number): Promise<void>;
  /** Gives the connection up, because it leads to a ledger that is no longer the current one: the way to it is looked up anew. */
  reconnect(): void;
}

/** A new connection, before it is used. */
export interface Introduction {
  readonly identity: string;
  /** When all changes of the store had last been told to this ledger, by the store's clock; undefined: it knows nothing of any key. */
  readonly markedAtMs: number | undefined;
  announce(changed: readonly Known[]): Promise<void>;
  mark(atMs: number): Promise<void>;
}

/** Decides about a new connection: resolves when it may be used, rejects where it may not. */
export type Admit = (introduction: Introduction) => Promise<void>;
