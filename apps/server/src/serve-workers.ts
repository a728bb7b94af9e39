import cluster, { type Worker } from "node:cluster";
import { processConfig } from "./config.ts";
import { ConfigError } from "./config-error.ts";
import { readyMessage, type ServeOptions } from "./serve.ts";
import { nextSignal } from "./stop.ts";

const maxWorkers = 64;
const firstPauseMs = 1_000;
const longestPauseMs = 30_000;
/** Longer than a server takes for its own graceful stop. */
const stopDeadlineMs = 12_000;

interface State {
  /** Those that serve, or are about to. */
  readonly workers: Set<Worker>;
  pauseMs: number;
  isStopping: boolean;
}

/**
 * Serves with several processes on one port, until SIGTERM or SIGINT; SIGHUP replaces them one by one, so that nothing is refused meanwhile.
 * A worker that dies is replaced, after pauses that grow. The first one starts alone: what keeps it from starting keeps all.
 */
export const serveWorkers = async (options: ServeOptions, count: number): Promise<number> => {
  requireWorkers(count);
  const config = { ...processConfig(), ...options };
  if (config.databaseUrl === undefined) throw new ConfigError("--workers needs DATABASE_URL: the embedded store is one process's own.");
  if (config.port === 0) throw new ConfigError("--workers needs a port of its own: 0 gives each worker another one.");
  cluster.setupPrimary({ args: ["serve", ...argumentsOf(options)] });
  const state: State = { workers: new Set(), pauseMs: firstPauseMs, isStopping: false };
  const stopped = nextSignal();
  const up = { isReached: false };
  process.on("SIGHUP", () => {
    if (up.isReached) replaceAll(state).then(say, () => {});
  });
  if (!(await startWorker(state))) return 1;
  await Promise.all(Array.from({ length: count - 1 }, () => startWorker(state)));
  up.isReached = true;
  say(`${state.workers.size} processes serve; SIGHUP replaces them one by one.`);
  await stopped;
  state.isStopping = true;
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
      state.pauseMs = firstPauseMs;
      resolve(true);
    });
    worker.once("exit", () => {
      const isWanted = state.workers.delete(worker) && !state.isStopping;
      resolve(false);
      if (isReady && isWanted) mend(state);
    });
  });

const mend = (state: State): void => {
  const { pauseMs } = state;
  state.pauseMs = Math.min(longestPauseMs, pauseMs * 2);
  setTimeout(() => {
    if (state.isStopping) return;
    startWorker(state).then(
      (isReady) => !isReady && mend(state),
      () => {},
    );
  }, pauseMs);
};

/** A new one serves before an old one goes. One that does not come up ends the replacing, with the old ones in place. Answers what to say. */
const replaceAll = async (state: State): Promise<string> => {
  const old = [...state.workers];
  for (const [place, worker] of old.entries()) {
    if (state.isStopping || !(await startWorker(state))) return `${place} of ${old.length} processes were replaced; a new one did not start.`;
    state.workers.delete(worker);
    await stopWorker(worker);
  }
  return `${old.length} processes were replaced.`;
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
