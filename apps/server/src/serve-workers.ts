import cluster, { type Worker } from "node:cluster";
import { shareRun } from "@keywright/core";
import { processConfig } from "./config.ts";
import { ConfigError } from "./config-error.ts";
import { readyMessage, type ServeOptions } from "./serve.ts";
import { nextSignal } from "./stop.ts";
import { createScrapeRelay, type ScrapeRelay } from "./telemetry/scrape-relay.ts";
import { servingFlags } from "./young-objects.ts";

const maxWorkers = 64;
const firstPauseMs = 1_000;
const longestPauseMs = 30_000;
/** Longer than a server takes for its own graceful stop. */
const stopDeadlineMs = 12_000;

interface State {
  /** How many shall serve. */
  readonly count: number;
  /** Those that serve, or are about to. While one is replaced there is one more. */
  readonly workers: Set<Worker>;
  readonly scrapes: ScrapeRelay;
  /** The pause before what is missing is started again, and its timer while it lasts. */
  pauseMs: number;
  mending: NodeJS.Timeout | undefined;
  isStopping: boolean;
}

/**
 * Serves with several processes on one port, until SIGTERM or SIGINT; SIGHUP replaces them one by one, so that nothing is refused meanwhile.
 * A worker that dies or does not come up is replaced, after pauses that grow. The first one starts alone: what keeps it from starting keeps all.
 */
export const serveWorkers = async (options: ServeOptions, count: number): Promise<number> => {
  requireWorkers(count);
  const config = { ...processConfig(), ...options };
  if (config.databaseUrl === undefined) throw new ConfigError("--workers needs DATABASE_URL: the embedded store is one process's own.");
  if (config.port === 0) throw new ConfigError("--workers needs a port of its own: 0 gives each worker another one.");
  const { execArgv, env } = process;
  cluster.setupPrimary({ args: ["serve", ...argumentsOf(options)], execArgv: [...servingFlags(execArgv, env["NODE_OPTIONS"])] });
  const state: State = { count, workers: new Set(), scrapes: createScrapeRelay(), pauseMs: firstPauseMs, mending: undefined, isStopping: false };
  const stopped = nextSignal();
  const up = { isReached: false };
  // A signal while they are being replaced replaces them once more, after that: it may be for settings that the first ones have not read.
  const replace = shareRun(() => replaceAll(state).then(say));
  process.on("SIGHUP", () => {
    if (up.isReached) replace().catch(() => {});
  });
  if (!(await startWorker(state))) return 1;
  await fill(state);
  up.isReached = true;
  say(`${state.workers.size} processes serve; SIGHUP replaces them one by one.`);
  await stopped;
  state.isStopping = true;
  clearTimeout(state.mending);
  await Promise.all([...state.workers].map(stopWorker));
  return 0;
};

const requireWorkers = (count: number): void => {
  if (!Number.isInteger(count) || count < 1 || count > maxWorkers) throw new ConfigError(`--workers must be a whole number from 1 to ${maxWorkers}.`);
};

const argumentsOf = ({ port, host, dataDir }: ServeOptions): readonly string[] => [
  ...(port === undefined ? [] : ["--port", String(port)]),
  ...(host === undefined ? [] : ["--host", host]),
  ...(dataDir === undefined ? [] : ["--data-dir", dataDir]),
];

/** Whether a new worker has come to serve. From then on its death is mended. */
const startWorker = (state: State): Promise<boolean> =>
  new Promise((resolve) => {
    const worker = cluster.fork();
    state.workers.add(worker);
    let isReady = false;
    worker.on("message", (message) => {
      if (message !== readyMessage) return;
      isReady = true;
      state.scrapes.add(worker);
      state.pauseMs = firstPauseMs;
      resolve(true);
    });
    worker.once("exit", () => {
      const isWanted = state.workers.delete(worker) && !state.isStopping;
      resolve(false);
      if (isReady && isWanted) mend(state);
    });
  });

/** Starts as many as are missing, beside those about to serve; again after a pause where one does not come up. */
const fill = async (state: State): Promise<void> => {
  const missing = state.isStopping ? 0 : state.count - state.workers.size;
  if (missing <= 0) return;
  const started = await Promise.all(Array.from({ length: missing }, () => startWorker(state)));
  if (started.includes(false)) mend(state);
};

/** One timer is enough for any number of deaths: how many are missing is counted when it is over. */
const mend = (state: State): void => {
  if (state.isStopping || state.mending !== undefined) return;
  state.mending = setTimeout(() => {
    state.mending = undefined;
    fill(state).catch(() => {});
  }, state.pauseMs);
  state.pauseMs = Math.min(longestPauseMs, state.pauseMs * 2);
};

/** A new one serves before an old one goes. One that does not come up ends the replacing, with the old ones in place. Answers what to say. */
const replaceAll = async (state: State): Promise<string> => {
  const old = [...state.workers];
  const replaced = await replaceEach(state, old);
  await fill(state);
  if (replaced === old.length) return `${old.length} processes were replaced.`;
  return `${replaced} of ${old.length} processes were replaced; a new one did not start.`;
};

/** How many are gone, with one in their place. One that has died by itself has its place filled as after any death. */
const replaceEach = async (state: State, old: readonly Worker[]): Promise<number> => {
  for (const [place, worker] of old.entries()) {
    if (!state.workers.has(worker)) continue;
    if (state.isStopping || !(await startWorker(state))) return place;
    state.workers.delete(worker);
    await stopWorker(worker);
  }
  return old.length;
};

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const stopWorker = (worker: Worker): Promise<void> =>
  new Promise((resolve) => {
    if (worker.isDead()) return resolve();
    const timer = setTimeout(() => worker.process.kill("SIGKILL"), stopDeadlineMs);
    worker.once("exit", () => {
      clearTimeout(timer);
      resolve();
    });
    worker.process.kill("SIGTERM");
  });
