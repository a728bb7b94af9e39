import { createHash } from "node:crypto";
import { calculateSlot, clusterTags } from "./cluster-slot.ts";
import { connectNode, type RedisNode } from "./node.ts";
import type { HostPort, RedisConnection } from "./redis-url.ts";
import { scripts } from "./scripts.ts";
import { findPrimary } from "./sentinel.ts";
import { readServerInfo, type ServerInfo } from "./server-info.ts";
import { within } from "./within.ts";

/** The way to the ledger's server, or to all primaries of its cluster. It leads to the same processes for as long as it lasts. */
export interface Link {
  /** Which ledger this is: the primary's own identity; of a cluster a digest of all primaries'. */
  readonly identity: string;
  /** The connection to the server that has this shard. */
  node(shard: number): RedisNode;
  /** All its connections, each to another server. */
  readonly nodes: readonly RedisNode[];
  /** Calls the listener once, when any of its connections has ended. */
  onEnd(listener: (reason: Error) => void): void;
  close(): void;
}

export interface LinkOptions {
  readonly connection: RedisConnection;
  readonly connectDeadlineMs: number;
}

/** The hash tag of each shard of the ledger. A single server has one shard, and its one script call a batch needs no tag. */
export const tagsOf = (connection: RedisConnection): readonly (string | null)[] => (connection.kind === "cluster" ? clusterTags : [null]);

/** Finds the primary, or the primaries, and connects. Rejects where a server is a replica, too old, or does not answer in time. */
export const openLink = (options: LinkOptions): Promise<Link> => {
  const { connection } = options;
  if (connection.kind === "cluster") return openCluster(options, connection);
  return connection.kind === "sentinel"
    ? findPrimary(connection, options.connectDeadlineMs).then((at) => openServer(options, at))
    : openServer(options, connection.node);
};

const openServer = async ({ connection, connectDeadlineMs }: LinkOptions, at: HostPort): Promise<Link> => {
  const database = "database" in connection ? connection.database : undefined;
  const node = await connectNode({ at, access: connection, database, deadlineMs: connectDeadlineMs });
  const { identity } = await inspected(node, connectDeadlineMs);
  return { identity, node: () => node, nodes: [node], onEnd: node.onEnd, close: node.close } satisfies Link;
};

/** A node that is a primary that Keywright can use, and has the scripts; closed otherwise. */
const inspected = async (node: RedisNode, deadlineMs: number): Promise<ServerInfo> => {
  try {
    return await within(deadlineMs, inspect(node), node.close);
  } catch (error) {
    node.close();
    throw error;
  }
};

const inspect = async (node: RedisNode): Promise<ServerInfo> => {
  const info = await readServerInfo(node, ["persistence"]);
  if (!info.supported) throw new Error(`The server is ${info.version}; Keywright needs Redis 6.2 or Valkey 7.2, or later.`);
  if (info.role !== "master") throw new Error("The server is a replica; the ledger needs the primary.");
  if (info.fields.get("loading") === "1") throw new Error("The server is still loading its data.");
  if (info.runId === "") throw new Error("The server does not tell its run id.");
  const one = await node.send(["EVAL", "return struct.pack('H', 1)", "0"]);
  if (!Buffer.from([1, 0]).equals(one as Buffer)) throw new Error("The server's machine is big-endian; Keywright's scripts are not.");
  await Promise.all(Object.values(scripts).map(({ text }) => node.send(["SCRIPT", "LOAD", text])));
  return info;
};

type Cluster = Extract<RedisConnection, { kind: "cluster" }>;

/** Connects to every primary that has a shard. One connection lost is the whole link lost: then the cluster may have changed its shape. */
const openCluster = async (options: LinkOptions, cluster: Cluster): Promise<Link> => {
  const places = await askCluster(options, cluster);
  const opened = new Map<string, Promise<Link>>();
  for (const at of places) {
    const key = `${at.host} ${at.port}`;
    if (!opened.has(key)) opened.set(key, openServer(options, at));
  }
  const settled = await Promise.allSettled(opened.values());
  const links = settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const close = (): void => {
    for (const link of links) link.close();
  };
  const failure = settled.find((result) => result.status === "rejected");
  if (failure !== undefined) {
    close();
    throw failure.reason;
  }
  const linkTo = new Map([...opened.keys()].map((place, index) => [place, links[index]]));
  const byShard = places.map((at) => linkTo.get(`${at.host} ${at.port}`));
  return {
    identity: createHash("sha256")
      .update(
        links
          .map(({ identity }) => identity)
          .sort()
          .join(" "),
      )
      .digest("hex")
      .slice(0, 40),
    node: (shard) => {
      const node = byShard[shard]?.node(0);
      if (node === undefined) throw new RangeError("There is no such shard.");
      return node;
    },
    nodes: links.flatMap(({ nodes }) => nodes),
    onEnd: (listener) => {
      for (const link of links) link.onEnd(listener);
    },
    close,
  } satisfies Link;
};

/** The primary of each shard, by the first node that tells. */
const askCluster = async ({ connectDeadlineMs }: LinkOptions, cluster: Cluster): Promise<readonly HostPort[]> => {
  const failures: unknown[] = [];
  for (const at of cluster.nodes) {
    try {
      const node = await connectNode({ at, access: cluster, deadlineMs: connectDeadlineMs });
      const slots = await within(connectDeadlineMs, node.send(["CLUSTER", "SLOTS"]), node.close).finally(node.close);
      return clusterTags.map((tag) => primaryOf(slots, calculateSlot(tag), at));
    } catch (error) {
      failures.push(error);
    }
  }
  throw new AggregateError(failures, `No node tells the cluster's shape: ${failures.map(String).join(" ")}`);
};

/** CLUSTER SLOTS answers `[first, last, [host, port, id], …replicas]` for each range. An empty host is the one that was asked. */
const primaryOf = (slots: unknown, slot: number, asked: HostPort): HostPort => {
  const ranges = slots as readonly (readonly [number, number, readonly [unknown, number]])[];
  const range = ranges.find(([first, last]) => first <= slot && slot <= last);
  if (range === undefined) throw new Error("The cluster has slots that no server serves.");
  const [host, port] = range[2];
  return { host: String(host ?? "") || asked.host, port };
};
