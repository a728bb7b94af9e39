import { type RedisProcess, type Sentinels, startRedis, startSentinels } from "@keywright/drivers/testing";
import { until } from "./cluster.ts";

/** A primary, the replica that follows it, and three sentinels that know each other and watch them. */
export interface WatchedRedis {
  readonly primary: RedisProcess;
  readonly replica: RedisProcess;
  readonly sentinels: Sentinels;
  stop(): Promise<void>;
}

export const startWatchedRedis = async (): Promise<WatchedRedis> => {
  const primary = await startRedis();
  const replica = await startRedis({ replicaOf: primary });
  await untilSaid(replica, "master_link_status:up");
  const sentinels = await startSentinels(primary);
  for (const { cli } of sentinels.processes) {
    await until("a sentinel knows the others", async () =>
      /num-slaves\n1\nnum-other-sentinels\n2\n/.test(await cli("SENTINEL", "MASTER", "keywright")) ? true : undefined,
    );
  }
  const stop = async (): Promise<void> => {
    for (const each of [sentinels, replica, primary]) await each.stop();
  };
  return { primary, replica, sentinels, stop };
};

/** Waits until a server says this line of its replication. */
export const untilSaid = (server: RedisProcess, line: string): Promise<true> =>
  until(
    `Redis says ${line}`,
    async () => {
      const said = await server.cli("INFO", "replication").catch(asNothingIfCutOff);
      return said.includes(line) ? true : undefined;
    },
    { deadlineMs: 60_000 },
  );

/** A sentinel that promotes or demotes a server has it close all its clients' connections (CLIENT KILL TYPE normal), redis-cli's with them. */
const asNothingIfCutOff = (error: unknown): string => {
  if (/Connection reset by peer|Server closed the connection/.test(String(error))) return "";
  throw error;
};
