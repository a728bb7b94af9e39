/** How long a text may be, in ASCII characters: a notification of PostgreSQL takes no more, with a sender's name before it. */
export const maxBroadcastLength = 7_800;

export interface BroadcastListener {
  readonly onText: (text: string) => void;
  /** The way to the others was lost and is there again: texts may have been missed. */
  readonly onGap: () => void;
}

/**
 * Short ASCII texts to every process of the installation, the sender among them. Hints and no records: those of one sender arrive in their order, at
 * most once each, and are lost where the way is lost. Whoever can write to the engine can forge one, so that nothing may be decided by them.
 */
export interface Broadcast {
  /** Neither waits nor fails: what cannot be told is dropped. Throws `RangeError` for a text that is too long. */
  tell(text: string): void;
  /** Calls the listener for what is told from now on, until the returned function is called. */
  listen(listener: BroadcastListener): () => void;
}
