/** One call of an engine, when it is over. */
export interface EngineCall {
  /** A word for people, such as `select`; never a value. */
  readonly operation: string;
  /** Of the monotonic clock (`performance.now`). */
  readonly startedMs: number;
  readonly tookMs: number;
  /** false: the engine was out of reach, or late. */
  readonly isAnswered: boolean;
}

/** Told of each call, in the asynchronous context of whoever made it. Must not throw. */
export type OnCall = (call: EngineCall) => void;
