/** Time that passes: for leases and waits. */
export interface Stopwatch {
  /** Monotonic milliseconds from some start. Stands still while the machine is suspended. */
  elapsedMs(): number;
  /** Resolves after this many milliseconds. */
  wait(ms: number): Promise<void>;
  /** Calls `work` again and again, that long after its last call ended, until the returned function is called. Never holds the process. */
  repeat(everyMs: number, work: () => Promise<void>): () => void;
}
