import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { pinned } from "../engines/pinned.ts";
import type { Report } from "../figure.ts";
import { median } from "../median.ts";
import type { Options } from "../options.ts";
import { withRunning } from "../running.ts";
import { install } from "../servers/installation.ts";
import { alternativesFolder, installAlternatives } from "./alternatives.ts";
import { startEngines } from "./engines.ts";
import { tenThousandKeys } from "./keywright-server.ts";

const run = promisify(execFile);
const own = fileURLToPath(new URL("../../src/servers/keywright-in-process.mjs", import.meta.url));

interface Ran {
  readonly verifications: number;
  readonly seconds: number;
  readonly cpuMicros: number;
}

/** Verification as a call of a library, without HTTP, beside Better Auth's. */
export const measureInProcess = ({ rounds = 3 }: Options): Promise<Report> =>
  withRunning(async (running) => {
    installAlternatives();
    const { postgres, redis, versions } = await startEngines(running);
    const installation = await install({ databaseUrl: postgres.newDatabase("keywright"), redisUrl: redis.url(0) }, tenThousandKeys);
    const keysFile = join(installation.env["KEYWRIGHT_DATA_DIR"] ?? "", "keys.json");
    await writeFile(keysFile, JSON.stringify(installation.keys));
    const ours: Ran[] = [];
    const theirs: Ran[] = [];
    for (let round = 0; round < rounds; round++) {
      ours.push(await runOnce([own], { ...installation.env, KEYS_FILE: keysFile }));
      const env = { DATABASE_URL: postgres.newDatabase(`better_auth_${round}`), REDIS_URL: redis.url(round + 1), KEYS: "10000" };
      theirs.push(await runOnce([join(alternativesFolder, "better-auth-in-process.mjs"), "postgres"], env));
    }
    await installation.remove();
    const rate = (all: readonly Ran[]): number => median(all.map(({ verifications, seconds }) => verifications / seconds));
    const micros = (all: readonly Ran[]): number => median(all.map(({ verifications, cpuMicros }) => cpuMicros / verifications));
    return {
      versions,
      figures: [
        { what: "Keywright in process, Redis", value: rate(ours), unit: "verifications/s" },
        { what: "its CPU a verification", value: micros(ours), unit: "µs" },
        { what: "Better Auth in process, PostgreSQL", value: rate(theirs), unit: "verifications/s" },
        { what: "its CPU a verification, Better Auth", value: micros(theirs), unit: "µs" },
        { what: "Keywright in process ÷ Better Auth in process", value: rate(ours) / rate(theirs), unit: "×", atLeast: 80 },
      ],
    };
  });

const runOnce = async (script: readonly string[], env: Readonly<Record<string, string>>): Promise<Ran> => {
  const command = pinned([process.execPath, ...script], "server");
  const { stdout } = await run(command.program, command.args, { env: { ...process.env, NODE_ENV: "production", SECONDS: "5", ...env }, timeout: 300_000 });
  const line = /^\{"verifications".*\}$/m.exec(stdout)?.[0];
  if (line === undefined) throw new Error(`${script.join(" ")} says nothing of what it did: ${stdout}`);
  return JSON.parse(line) as Ran;
};
