import { onPostgres, onRedis } from "./better-auth.mjs";
import { fail, measuredSeconds, prove } from "./contract.mjs";

const inFlight = 256;
const warmUpSeconds = 3;

/** @type {Record<string, () => Promise<import("./contract.mjs").Alternative>>} */
const storages = { postgres: onPostgres, redis: onRedis };

const main = async () => {
  const prepare = storages[process.argv[2] ?? "postgres"];
  if (prepare === undefined) throw new Error(`The storage is one of ${Object.keys(storages).join(", ")}.`);
  const alternative = await prepare();
  await prove(alternative.keys, alternative.verify);
  await verifyFor(warmUpSeconds, alternative);
  const cpu = process.cpuUsage();
  const started = performance.now();
  const verifications = await verifyFor(measuredSeconds(5), alternative);
  const seconds = (performance.now() - started) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  console.log(JSON.stringify({ verifications, seconds, cpuMicros: user + system }));
  process.exit(0);
};

/** @type {(seconds: number, alternative: import("./contract.mjs").Alternative) => Promise<number>} How many verifications were begun in that time and answered. */
const verifyFor = async (seconds, { keys, verify }) => {
  const end = performance.now() + seconds * 1_000;
  const caller = async () => {
    let count = 0;
    for (; performance.now() < end; count += 1) {
      const verdict = await verify(keys[Math.floor(Math.random() * keys.length)] ?? "");
      if (!verdict.valid) throw new Error(`A prepared key was refused: ${verdict.code}.`);
    }
    return count;
  };
  const counts = await Promise.all(Array.from({ length: inFlight }, caller));
  return counts.reduce((sum, count) => sum + count, 0);
};

main().catch(fail);
