import { parentPort, workerData } from "node:worker_threads";
import { openEngine } from "./engine.mjs";

/*
 * The worker that holds the embedded database. It answers "ready" once it is open; then each message, in order: protocol bytes
 * with the bytes that PostgreSQL answers, "close" with "closed". Before it dies of what it cannot survive, it says { failed }.
 */

const idleStatus = "I".charCodeAt(0);

const serve = async ({ folder, fsyncs }) => {
  const synced = new Int32Array(fsyncs);
  const engine = await openEngine(folder, {
    onSync: () => void Atomics.add(synced, 0, 1),
    onFailure: (reason) => {
      parentPort.postMessage({ failed: String(reason) });
      process.exit(1);
    },
  });

  const answer = async (message) => {
    if (message === "close") {
      await engine.close();
      parentPort.postMessage("closed");
      parentPort.close();
      return;
    }
    const bytes = await engine.exchange(message);
    // The last byte of an answer is the transaction's status.
    const idle = bytes.at(-1) === idleStatus;
    parentPort.postMessage(bytes, [bytes.buffer]);
    if (idle) await engine.checkpointIfDue();
  };

  let last = Promise.resolve();
  parentPort.on("message", (message) => {
    last = last.then(() => answer(message));
  });
  parentPort.postMessage("ready");
};

await serve(workerData);
