import { cpuMicros, residentBytes } from "../engines/cpu-time.ts";
import { load as loadOnce } from "../load/load.ts";
import type { LoadOrder, LoadResult } from "../load/plan.ts";
import { median } from "../median.ts";
import type { Target } from "./target.ts";

/** The processes of the engines; their processor time is shared out among whoever is loaded. */
export interface EnginePids {
  readonly redis?: number;
  readonly postgres?: number;
}

/** What one target did in one round. Times are per verification. */
export interface Round {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly serverMicros: number;
  readonly redisMicros: number;
  readonly postgresMicros: number;
  readonly memoryMb: number;
}

/** What one target did: medians of its rounds, and the rounds in their order. */
export interface Measured extends Round {
  readonly name: string;
  readonly rounds: readonly Round[];
}

export interface RoundOptions {
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly engines: EnginePids;
  /** Sends a load; a tally's, where what was sent is compared with what was counted. */
  readonly load?: (order: LoadOrder) => Promise<LoadResult>;
  /**
   * Awaited before each round, in which the targets then keep their order, so that whoever leaves least to do comes first: what a target leaves is not to fall on one that leaves less.
   * To wait before each target would take the two sides of a quotient a minute apart, in which a shared machine becomes another.
   */
  readonly settle?: () => Promise<void>;
}

/** Few: every key is read from the store then, and a store that is asked for hundreds at once on a small machine answers the last ones too late. */
const sweepConnections = 16;

/**
 * Loads the targets in turn; there and back again, where they need not be settled, so that what the machine does meanwhile falls on all of them alike, and what one of them leaves for
 * its engines to do falls on different ones.
 */
export const measureInRounds = async (targets: readonly Target[], options: RoundOptions): Promise<readonly Measured[]> => {
  const { load = loadOnce } = options;
  for (const target of targets) {
    // Every key once, so that none is read from the store while it is measured; then until the compiler has done its work.
    if (target.isSwept) await load(sweepOf(target));
    await load({ ...target, seconds: options.warmUpSeconds, isPreparing: true });
  }
  const measured = new Map(targets.map(({ name }): [string, Round[]] => [name, []]));
  for (let round = 0; round < options.rounds; round++) {
    await options.settle?.();
    const order = round % 2 === 0 || options.settle !== undefined ? targets : targets.toReversed();
    for (const target of order) measured.get(target.name)?.push(await measureOnce(target, options));
    console.error(`round ${round + 1} of ${options.rounds} is done`);
  }
  return targets.map(({ name }) => medianOf(name, measured.get(name) ?? []));
};

/** Sends each of a target's calls once, in order. */
export const sweepOf = (target: Target): LoadOrder => ({
  ...target,
  connections: sweepConnections,
  expected: target.firstAnswer ?? target.expected,
  seconds: undefined,
  isPreparing: true,
});

/** How often a target is loaded for one round where an engine was not given the time to answer. */
const maxAttempts = 3;

/** A round in which a busy machine kept an engine from answering in time measures the machine: it is done again. */
const measureOnce = async (target: Target, options: RoundOptions): Promise<Round> => {
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    const measured = await attemptOnce(target, options);
    if (measured !== undefined) return measured;
    console.error(`${target.name}: an engine was out of reach for some requests (attempt ${attempt} of ${maxAttempts})`);
  }
  throw new Error(`${target.name} could not be measured: each time some requests were answered 503.`);
};

const attemptOnce = async (target: Target, { seconds, engines, load = loadOnce }: RoundOptions): Promise<Round | undefined> => {
  const microsNow = () => [...target.pids, engines.redis, engines.postgres].map(cpuMicros);
  const before = microsNow();
  const result = await load({ ...target, seconds, isPreparing: false });
  if (result.unavailable > 0) return undefined;
  const after = microsNow();
  const verifications = result.requests * target.perRequest;
  if (result.found !== verifications) throw new Error(`${target.name} answered ${result.found} verifications as expected, of ${verifications}.`);
  const micros = after.map((used, index) => (used - (before[index] ?? 0)) / verifications);
  const [redisMicros = 0, postgresMicros = 0] = micros.slice(target.pids.length);
  return {
    perSecond: verifications / result.seconds,
    p50Ms: result.p50Ms,
    p99Ms: result.p99Ms,
    p999Ms: result.p999Ms,
    serverMicros: sum(micros.slice(0, target.pids.length)),
    redisMicros,
    postgresMicros,
    memoryMb: sum(target.pids.map(residentBytes)) / 1e6,
  };
};

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

const medianOf = (name: string, rounds: readonly Round[]): Measured => {
  const of = (field: keyof Round): number => median(rounds.map((round) => round[field]));
  return {
    name,
    rounds,
    perSecond: of("perSecond"),
    p50Ms: of("p50Ms"),
    p99Ms: of("p99Ms"),
    p999Ms: of("p999Ms"),
    serverMicros: of("serverMicros"),
    redisMicros: of("redisMicros"),
    postgresMicros: of("postgresMicros"),
    memoryMb: of("memoryMb"),
  };
};
