/** What is asked of an installation. */
export interface Demand {
  readonly verificationsPerDay: number;
  /** The busiest second, in mean seconds. */
  readonly peakFactor: number;
  readonly keys: number;
  /** Keys that are used within an hour. */
  readonly activeKeys: number;
  /** Rows of counts that an active key makes in a day: hours in which it is used × endpoints × verdicts. */
  readonly countsPerActiveKey: number;
  /** Which part of a core may be busy in the busiest second; the rest is for what nobody foresees. */
  readonly busyPart: number;
}

/** What the benchmarks have measured, on one core of their machine. */
export interface Costs {
  readonly serverMicros: number;
  readonly redisMicros: number;
  readonly heapBytesPerRecord: number;
  readonly redisBytesPerKey: number;
  /** Rows and indexes. */
  readonly postgresBytesPerKey: number;
  /** Last use and budgets, with indexes. */
  readonly postgresBytesPerActiveKey: number;
  readonly postgresBytesPerCount: number;
}

export interface Prediction {
  readonly meanPerSecond: number;
  readonly peakPerSecond: number;
  /** One a core. */
  readonly processes: number;
  readonly cacheBytesPerProcess: number;
  /** One a core. */
  readonly redisShards: number;
  readonly redisBytesPerShard: number;
  readonly keyBytes: number;
  readonly countsPerDay: number;
  readonly countBytesPerDay: number;
}

const secondsPerDay = 86_400;

/** Straight lines: each cost is that of one verification, key or row, times how many there are. Any process may be asked for any key, so each keeps all active ones. */
export const predict = (demand: Demand, costs: Costs): Prediction => {
  const meanPerSecond = demand.verificationsPerDay / secondsPerDay;
  const peakPerSecond = meanPerSecond * demand.peakFactor;
  const coresOf = (micros: number): number => Math.ceil((peakPerSecond * micros) / 1e6 / demand.busyPart);
  const redisShards = coresOf(costs.redisMicros);
  const countsPerDay = demand.activeKeys * demand.countsPerActiveKey;
  return {
    meanPerSecond,
    peakPerSecond,
    processes: coresOf(costs.serverMicros),
    cacheBytesPerProcess: demand.activeKeys * costs.heapBytesPerRecord,
    redisShards,
    redisBytesPerShard: (demand.activeKeys * costs.redisBytesPerKey) / redisShards,
    keyBytes: demand.keys * costs.postgresBytesPerKey + demand.activeKeys * costs.postgresBytesPerActiveKey,
    countsPerDay,
    countBytesPerDay: countsPerDay * costs.postgresBytesPerCount,
  };
};
