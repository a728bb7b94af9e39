import { type Broadcast, type BroadcastListener, maxBroadcastLength } from "../ports/broadcast.ts";

/** For an installation of one process. */
export const createMemoryBroadcast = (): Broadcast => {
  const listeners = new Set<BroadcastListener>();
  return {
    tell: (text) => {
      if (text.length > maxBroadcastLength) throw new RangeError("The text is too long to be broadcast.");
      for (const { onText } of listeners) onText(text);
    },
    listen: (listener) => {
      // One that is given twice listens twice.
      const own = { ...listener };
      listeners.add(own);
      return () => void listeners.delete(own);
    },
  } satisfies Broadcast;
};
