import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Report } from "../figure.ts";
import type { Calls } from "../load/plan.ts";
import type { Options } from "../options.ts";
import { type Running, withRunning } from "../running.ts";
import { startEngines } from "../verify/engines.ts";
import { startKeywright, tenThousandKeys, verifyCalls } from "../verify/keywright-server.ts";
import { ratioOf } from "../verify/ratio.ts";
import { measureInRounds } from "../verify/rounds.ts";
import { toTable } from "../verify/table.ts";
import { type Target, targetOf, valid } from "../verify/target.ts";

const names = {
  on: "request log on",
  off: "request log off",
  refusedOn: "request log on, all refused",
  refusedOff: "request log off, all refused",
} as const;

/** What it costs a verification that the request log may hear of it, with countries looked up. */
export const measureRequestLog = ({ rounds = 5, seconds = 4 }: Options): Promise<Report> =>
  withRunning(async (running) => {
    const engines = await startEngines(running);
    const measured = await measureInRounds(await targetsOf(running, engines), { rounds, seconds, warmUpSeconds: 5, engines: engines.pids });
    const ratio = ratioOf(measured);
    return {
      figures: [
        { what: "CPU a verification with the request log ÷ without", ...ratio("serverMicros", names.on, names.off), unit: "×", bar: 1.03 },
        { what: "CPU a refusal with the request log ÷ without", ...ratio("serverMicros", names.refusedOn, names.refusedOff), unit: "×", bar: 1.03 },
        { what: "throughput with the request log ÷ without", ...ratio("perSecond", names.on, names.off), unit: "×" },
      ],
      table: toTable(measured),
      versions: engines.versions,
    };
  });

const targetsOf = async (running: Running, { postgres, redis }: Awaited<ReturnType<typeof startEngines>>): Promise<readonly Target[]> => {
  const folder = await mkdtemp(join(tmpdir(), "keywright-bench-policy-"));
  await running.add(Promise.resolve({ stop: () => rm(folder, { recursive: true }) }));
  const policy = join(folder, "off.json");
  await writeFile(policy, JSON.stringify({ request_log: { enabled: false } }));
  const filling = tenThousandKeys;
  const on = await running.add(startKeywright({ filling, databaseUrl: postgres.newDatabase("log_on"), redisUrl: redis.url(0) }));
  const off = await running.add(
    startKeywright({ filling, databaseUrl: postgres.newDatabase("log_off"), redisUrl: redis.url(1), env: { KEYWRIGHT_CONFIG: policy } }),
  );
  const refusal = { ...valid, text: '"code":"INSUFFICIENT_SCOPE"' };
  const calls = (server: typeof on, scope: string): Calls => ({
    ...verifyCalls(server, server.keys),
    bodies: server.keys.map((key, number) => JSON.stringify({ key, scopes: [scope], endpoint: "/v1/emails", method: "POST", ip: addressOf(number) })),
  });
  return [
    await targetOf(on, calls(on, "send_email"), { name: names.on }),
    await targetOf(off, calls(off, "send_email"), { name: names.off }),
    await targetOf(on, calls(on, "manage_contacts"), { name: names.refusedOn, expected: refusal }),
    await targetOf(off, calls(off, "manage_contacts"), { name: names.refusedOff, expected: refusal }),
  ];
};

const addressOf = (number: number): string => `${1 + (number % 223)}.${number % 251}.${number % 13}.7`;
