import { Worker } from "node:worker_threads";

/** The worker that holds the database, as the main thread sees it. */
export interface Engine {
  /** Whole protocol messages in, PostgreSQL's answer out; in order. Rejects once the worker is gone. */
  exchange(messages: Uint8Array): Promise<Uint8Array>;
  /** How often the worker has synced to disk since it was started. */
  fsyncs(): number;
  /** Closes the database in good order within the deadline, or else stops it as a crash would. */
  close(deadlineMs: number): Promise<void>;
}

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (reason: Error) => void;
}

type Answer = "ready" | "closed" | Uint8Array;

/** The worker's JavaScript only passes bytes on; a small heap is collected early, and the process stays small. PostgreSQL's memory is not in it. */
const resourceLimits = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 4 };

/** Starts the worker on a folder that holds a database. */
export const startEngine = async (folder: string, deadlineMs: number): Promise<Engine> => {
  const fsyncs = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const counted = new Int32Array(fsyncs);
  const worker = new Worker(new URL("./serve.mjs", import.meta.url), { workerData: { folder, fsyncs }, name: "keywright-store", execArgv: [], resourceLimits });
  const { next, gone } = answersOf(worker);

  const post = (message: Uint8Array | "close"): Promise<Answer> => {
    const answer = next();
    worker.postMessage(message);
    return answer;
  };

  await within(deadlineMs, next(), async () => {
    await worker.terminate();
    throw new Error(`it did not open within ${deadlineMs / 1000} s`);
  });
  return {
    exchange: async (messages) => (await post(messages)) as Uint8Array,
    fsyncs: () => Atomics.load(counted, 0),
    close: async (closeDeadlineMs) => {
      const closed = post("close").then(() => gone);
      await within(closeDeadlineMs, closed, async () => void (await worker.terminate()));
    },
  };
};

/** The worker's answers, each for the one who asked longest ago. A worker that ends, for whatever reason, rejects all that is left and all that comes. */
const answersOf = (worker: Worker) => {
  const waiting: Waiting[] = [];
  let ended: Error | undefined;
  const end = (reason: Error): void => {
    ended ??= reason;
    for (const { reject } of waiting.splice(0)) reject(ended);
  };
  worker.on("message", (message: Answer | { readonly failed: string }) => {
    if (typeof message === "object" && "failed" in message) end(new Error(message.failed));
    else waiting.shift()?.resolve(message);
  });
  worker.on("error", end);
  const gone = new Promise<void>((resolve) => {
    worker.on("exit", (code) => {
      end(new Error(`The embedded database has stopped (${code}).`));
      resolve();
    });
  });
  const next = (): Promise<Answer> =>
    new Promise((resolve, reject) => {
      if (ended === undefined) waiting.push({ resolve, reject });
      else reject(ended);
    });
  return { next, gone };
};

/** What `work` resolves with, or, once the deadline has passed, what `late` does. */
export const within = async <T>(deadlineMs: number, work: Promise<T>, late: () => Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), deadlineMs);
  });
  try {
    const first = await Promise.race([work.then((result) => ({ result })), deadline]);
    return first === "late" ? await late() : first.result;
  } finally {
    clearTimeout(timer);
  }
};
