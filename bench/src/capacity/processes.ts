import { cpus } from "node:os";
import { freePort } from "../engines/free-port.ts";
import type { Figure, Ratio, Report } from "../figure.ts";
import type { Options } from "../options.ts";
import { type Running, withRunning } from "../running.ts";
import { type Installation, install } from "../servers/installation.ts";
import { startServer } from "../servers/server-process.ts";
import { startEngines } from "../verify/engines.ts";
import { type KeywrightServer, serverOf, tenThousandKeys, verifyCalls } from "../verify/keywright-server.ts";
import { ratioOf } from "../verify/ratio.ts";
import { type Measured, measureInRounds } from "../verify/rounds.ts";
import { toTable } from "../verify/table.ts";
import { createTally } from "../verify/tally.ts";
import { targetOf, valid } from "../verify/target.ts";

const counts = [1, 2, 4] as const;
const nameOf = (processes: number): string => `${processes} process${processes === 1 ? "" : "es"}`;
/** Few, for each process is to have read each of them from the store, and its compiler to be done, before anything is measured. */
const keys = 200;
const warmUpSeconds = 12;
/** The processes, the load, Redis and PostgreSQL, each on a core of its own. */
const coresFor = (processes: number): number => processes + 2;

/** One, two and four processes on one port, all of one installation. Not held to a core: they are to take what there is. */
export const measureProcesses = ({ rounds = 3, seconds = 4 }: Options): Promise<Report> =>
  withRunning(async (running) => {
    const { postgres, redis, pids, versions } = await startEngines(running);
    const installation = await install({ databaseUrl: postgres.newDatabase("processes"), redisUrl: redis.url(0) }, { ...tenThousandKeys, keys, tenants: 10 });
    const start = (workers: number): Promise<KeywrightServer> => startGroup(running, installation, workers);
    const servers = [await start(counts[0]), await start(counts[1]), await start(counts[2])] as const;
    const tally = createTally();
    const targets = await Promise.all(servers.map((server, place) => targetOf(server, verifyCalls(server, server.keys), { name: nameOf(counts[place] ?? 0) })));
    const measured = await measureInRounds(targets, { rounds, seconds, warmUpSeconds, engines: pids, load: tally.load });
    await tally.requireCounted(servers, "VALID", valid);
    return { ...reportOf(measured), versions };
  });

const startGroup = async (running: Running, installation: Installation, workers: number): Promise<KeywrightServer> => {
  const env = { ...installation.env, PORT: String(await freePort()) };
  return running.add(startServer({ env, workers }).then((process) => serverOf(installation, process)));
};

const reportOf = (measured: readonly Measured[]): Report => {
  const ratio = ratioOf(measured);
  const of = (field: "perSecond" | "serverMicros", processes: number): Ratio => ratio(field, nameOf(processes), nameOf(1));
  const times = (processes: number, bar?: number): Figure => ({
    what: `throughput of ${nameOf(processes)} ÷ one`,
    ...of("perSecond", processes),
    unit: "×",
    ...(bar !== undefined && cpus().length >= coresFor(processes) && { atLeast: bar }),
  });
  return {
    figures: [
      times(2, 1.8),
      times(4),
      ...[2, 4].map((processes) => ({ what: `CPU a verification, ${nameOf(processes)} ÷ one`, ...of("serverMicros", processes), unit: "×" })),
    ],
    table: toTable(measured),
    notes: [2, 4]
      .filter((processes) => cpus().length < coresFor(processes))
      .map(
        (processes) =>
          `${nameOf(processes)} beside load and engines need ${coresFor(processes)} cores, and there are ${cpus().length}: their throughput says nothing.`,
      ),
  };
};
