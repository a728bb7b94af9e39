/** Time as a parameter. */
export interface Clock {
  /** Wall clock, whole milliseconds since the epoch, UTC. May step. */
  nowMs(): number;
}
