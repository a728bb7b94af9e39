import type { Figure, Report } from "../figure.ts";
import type { Options } from "../options.ts";
import { withRunning } from "../running.ts";
import { startEngines } from "../verify/engines.ts";
import { startKeywright, tenThousandKeys, verifyCalls } from "../verify/keywright-server.ts";
import { ratioOf } from "../verify/ratio.ts";
import { measureInRounds } from "../verify/rounds.ts";
import { toTable } from "../verify/table.ts";
import { createTally } from "../verify/tally.ts";
import { targetOf, valid } from "../verify/target.ts";

const defaultCounts = [1, 10, 64, 256, 1_000];
/** Fewer keys than elsewhere: it is the connections that are many. */
const filling = { ...tenThousandKeys, keys: 1_000, tenants: 10 };
/** What the others are compared with. */
const usualCount = 64;
const nameOf = (connections: number): string => `${connections.toLocaleString("en")} connection${connections === 1 ? "" : "s"}`;

/** One process, and more and more callers at once. */
export const measureConnections = ({ rounds = 3, seconds = 4, sizes: counts = defaultCounts }: Options): Promise<Report> =>
  withRunning(async (running) => {
    const { postgres, redis, pids, versions } = await startEngines(running);
    const server = await running.add(startKeywright({ filling, databaseUrl: postgres.newDatabase("connections"), redisUrl: redis.url(0) }));
    const calls = verifyCalls(server, server.keys);
    const targets = await Promise.all(
      counts.map((connections, place) => targetOf(server, calls, { name: nameOf(connections), connections, isSwept: place === 0 })),
    );
    const tally = createTally();
    const measured = await measureInRounds(targets, { rounds, seconds, warmUpSeconds: 2, engines: pids, load: tally.load });
    await tally.requireCounted([server], "VALID", valid);
    const ratio = ratioOf(measured);
    const base = counts.includes(usualCount) ? usualCount : (counts[0] ?? usualCount);
    const figures = counts
      .filter((connections) => connections !== base)
      .map(
        (connections): Figure => ({
          what: `CPU a verification, ${nameOf(connections)} ÷ ${nameOf(base)}`,
          ...ratio("serverMicros", nameOf(connections), nameOf(base)),
          unit: "×",
        }),
      );
    const notes = defaultCounts.filter((count) => !counts.includes(count)).map((count) => `${nameOf(count)} were not measured in this run.`);
    return { figures, table: toTable(measured), notes, versions };
  });
