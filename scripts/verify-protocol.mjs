#!/usr/bin/env node
/**
 * Checks the models in `docs/verification` with SPIN: the protocol as it is must hold in every state there is, each variant with a guard taken
 * away must fail, and what makes the model worth something must be reached. An incomplete search is a failure. Where there is no `spin` or no
 * `gcc` it says so and passes, unless KEYWRIGHT_TEST_REQUIRE names `spin`.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const models = fileURLToPath(new URL("../docs/verification/", import.meta.url));
const atOnce = 2;
const deadlineMs = 300_000;
const memoryMb = 3_000;

/** The whole protocol, searched to the end; the rest finds what it looks for long before. */
const whole = [
  { model: "ledger", switches: [], expects: "holds", says: "one ledger, a key and its tenant" },
  { model: "protocol", switches: ["MOVES=4", "CHANGES=2"], expects: "holds", says: "the epoch, as it is meant" },
];

const broken = {
  ledger: ["NO_LEASE", "NO_READ_AFTER_LEASE", "NO_REVISION_CHECK", "NO_TENANT_CHECK", "NO_ANNOUNCE", "ANNOUNCE_KEEPS_LEASE"],
  protocol: [
    "NO_LEASE",
    "NO_REVISION_CHECK",
    "NO_ANNOUNCE",
    "NO_REASSERT",
    "FIXED_WINDOW",
    "TRUST_THE_MOVER",
    "NO_EPOCH",
    "NO_WAIT",
    "STAMP_IN_MOVE",
    "READ_BEFORE_COMMIT",
    "NO_SILENT_WAIT",
    "SAYS_WHAT_IT_READS",
    "NO_OVERTAKING",
    "LINKS_OUTLIVE_DEMOTION",
  ],
};

/** By the places in the models, from 1. */
const reached = {
  ledger: [
    "a tenant's entry is installed by its lease",
    "a slow reader is refused, for its lease has fallen",
    "two readers share a lease",
    "a newer revision is adopted",
    "STALE for the key",
    "STALE for the tenant",
    "accepted after every change",
  ],
  protocol: [
    "accepted by the store's ledger, while it is the current one",
    "accepted by the store's ledger, by a process that is cut off from the current one",
    "STALE",
    "accepted on a former ledger, while its lease stands",
    "accepted on the promoted replica, after every change",
    "a newer revision is adopted",
    "a slow reader installs by its lease",
    "a slow reader with an old record is refused",
    "changes are told again at admission",
    "the epoch moves back from the store's ledger",
    "the epoch moves from one told ledger to another",
    "enforced, in peace, after every change",
    "enforced after a move to the store's ledger",
    "enforced after a move to another told ledger",
    "202: a process that serves alone has not been heard of",
    "accepted on the restarted ledger, after every change",
    "a promoted replica learns of a change",
    "a restarted ledger learns of a change",
  ],
};

/** GOAL=0 is no place. Small settings are enough where something is to be found. */
const small = { ledger: [], protocol: ["MOVES=3", "CHANGES=2"] };
const allRuns = () => [
  ...whole,
  ...Object.entries(broken).flatMap(([model, names]) =>
    names.map((name) => ({ model, switches: [name, ...small[model]], expects: "stale accept", says: name })),
  ),
  ...Object.entries(reached).flatMap(([model, places]) =>
    places.map((says, index) => ({ model, switches: [`GOAL=${index + 1}`, ...small[model]], expects: `(${index + 1}!=${index + 1})`, says })),
  ),
];

/** Resolves with what the command printed, to both its outputs; rejects where it fails. */
const run = (command, args, cwd) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "pipe"], timeout: deadlineMs, killSignal: "SIGKILL" });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${command} ended with ${signal ?? code}: ${output.slice(-2_000)}`));
    });
  });

const search = async ({ model, switches, expects }, folder) => {
  const defines = switches.map((name) => `-D${name}`);
  await run("spin", [...defines, "-a", join(models, `${model}.pml`)], folder);
  // The whole search is worth an optimizer's time; all the others are over sooner than that.
  await run("gcc", [expects === "holds" ? "-O2" : "-O0", "-w", "-DSAFETY", `-DMEMLIM=${memoryMb}`, "-o", "pan", "pan.c"], folder);
  return run("./pan", ["-m100000", "-w22"], folder);
};

const incomplete = /search depth too small|Search not completed|out of memory|MEMLIM|hash table full|aborting/i;

const faultOfWhole = (output, violated) => {
  if (violated !== undefined) return `violated: ${violated}`;
  if (incomplete.test(output) || !output.includes("Full statespace search")) return "the search was not completed";
  return / errors: 0\n/.test(output) ? undefined : "there are errors";
};

/** undefined: as expected; else what is wrong. */
const fault = (expects, output) => {
  if (!/ errors: \d+\n/.test(output)) return "there is no result";
  const violated = /assertion violated (.*) \(at depth/.exec(output)?.[1];
  if (expects === "holds") return faultOfWhole(output, violated);
  if (violated === undefined) return expects === "stale accept" ? "passes, and must not" : "is not reached";
  const isAsExpected = expects === "stale accept" ? !/^\(\d+!=\d+\)$/.test(violated) : violated === expects;
  return isAsExpected ? undefined : `violates ${violated} instead`;
};

const verdicts = { holds: "holds", "stale accept": "fails, as it must" };

const check = async (task) => {
  const started = performance.now();
  const folder = mkdtempSync(join(tmpdir(), "keywright-model-"));
  let problem;
  let states = "-";
  try {
    const output = await search(task, folder);
    states = /([\d.e+]+) states, stored/.exec(output)?.[1] ?? "-";
    problem = fault(task.expects, output);
  } catch (error) {
    problem = error.message;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const counted = states === "-" ? states : Number(states).toLocaleString("en-US");
  const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(5);
  const verdict = problem === undefined ? (verdicts[task.expects] ?? "is reached") : `WRONG: ${problem}`;
  console.log(`${task.model.padEnd(8)}  ${counted.padStart(10)} states  ${seconds} s  ${task.says}: ${verdict}`);
  return problem === undefined;
};

const missing = ["spin", "gcc"].filter((command) => spawnSync(command, ["--version"], { stdio: "ignore" }).error !== undefined);
if (missing.length > 0) {
  const isRequired = (process.env.KEYWRIGHT_TEST_REQUIRE ?? "").split(",").includes("spin");
  console.log(`${isRequired ? "FAILED" : "skipped"}: the model of the protocol: there is no ${missing.join(" and no ")} on the PATH`);
  process.exit(isRequired ? 1 : 0);
}

const waiting = allRuns();
const count = waiting.length;
let wrong = 0;
const work = async () => {
  for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) if (!(await check(task))) wrong += 1;
};
await Promise.all(Array.from({ length: atOnce }, work));
console.log(wrong === 0 ? `${count} searches, each as expected.` : `${wrong} of ${count} searches are not as expected.`);
process.exit(wrong === 0 ? 0 : 1);
