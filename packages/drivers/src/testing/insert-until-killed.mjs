import { Worker } from "node:worker_threads";

/*
 * Inserts 1, 2, 3 … into the embedded database of the folder that is its argument, one commit each, and prints each number
 * once its commit is acknowledged. Ends when it is killed.
 */

const [, , folder] = process.argv;
const fsyncs = new SharedArrayBuffer(4);
const worker = new Worker(new URL("../postgres/embedded/serve.mjs", import.meta.url), { workerData: { folder, fsyncs } });

const next = () => new Promise((resolve) => worker.once("message", resolve));

const query = async (text) => {
  const body = Buffer.from(`${text}\0`);
  const message = Buffer.alloc(5 + body.length);
  message.write("Q");
  message.writeUInt32BE(4 + body.length, 1);
  body.copy(message, 5);
  const answer = next();
  worker.postMessage(message);
  const [kind] = await answer;
  if (kind === "E".charCodeAt(0)) throw new Error(`${text} failed.`);
};

await next();
await query("create table storm (id int primary key)");
for (let id = 1; ; id++) {
  await query(`insert into storm values (${id})`);
  process.stdout.write(`${id}\n`);
}
