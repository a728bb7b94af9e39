/** Keywright as a library: no HTTP, 256 verifications under way. Prints one line with what they cost this process. */
import { readFileSync } from "node:fs";
import { openEngine } from "@keywright/server";

const keys = JSON.parse(readFileSync(process.env.KEYS_FILE, "utf8"));
const inFlight = 256;
const engine = await openEngine();

const verify = async (key) => {
  const { valid, code } = await engine.verify({ key, scopes: ["send_email"] });
  if (!valid) throw new Error(`A prepared key was refused: ${code}.`);
};

const sweep = { next: 0 };
const visit = async () => {
  for (; sweep.next < keys.length; ) await verify(keys[sweep.next++]);
};
const verifyFor = async (seconds) => {
  const end = performance.now() + seconds * 1_000;
  const caller = async () => {
    let count = 0;
    for (; performance.now() < end; count += 1) await verify(keys[Math.floor(Math.random() * keys.length)]);
    return count;
  };
  return (await Promise.all(Array.from({ length: inFlight }, caller))).reduce((sum, count) => sum + count, 0);
};

await Promise.all(Array.from({ length: inFlight }, visit));
await verifyFor(3);
const cpu = process.cpuUsage();
const started = performance.now();
const verifications = await verifyFor(Number(process.env.SECONDS));
const seconds = (performance.now() - started) / 1_000;
const { user, system } = process.cpuUsage(cpu);
console.log(JSON.stringify({ verifications, seconds, cpuMicros: user + system }));
await engine.close();
process.exit(0);
