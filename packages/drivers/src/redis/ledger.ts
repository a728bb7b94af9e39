import { randomBytes } from "node:crypto";
import {
  type Admit,
  type Introduction,
  type Known,
  type Ledger,
  type OnCall,
  type Settled,
  type SpendRequest,
  type SpendResult,
  spendAllInTurn,
  spendEach,
  spendEachBehind,
  spendInTurn,
  type ToldLedger,
  type UsageSource,
} from "@keywright/core";
import { createKeeper, type Keeper, type LinkEvent } from "./keeper.ts";
import { type Link, openLink, tagsOf } from "./link.ts";
import { markOn, readMark } from "./mark.ts";
import { type ShardNames, shardNames, shardOf } from "./names.ts";
import { parseRedisUrl, type RedisConnection } from "./redis-url.ts";
import { scripts } from "./scripts.ts";
import { maxBatchSize } from "./spend-batch.ts";
import { createSpendShard, type SpendShard } from "./spend-shard.ts";
import { createUsageMoves } from "./usage-moves.ts";

export interface RedisLedgerOptions {
  /** An address, or what one says. */
  readonly connection: string | RedisConnection;
  /** Makes the id of a usage move. */
  readonly newMoveId: () => string;
  /** Asked before anything else is sent over a new connection. While it is pending, and after it has rejected, every call rejects with `Unavailable`. */
  readonly admit?: Admit;
  /** Told of every connection won and lost: for the log, metrics and readiness. */
  readonly onLink?: (event: LinkEvent) => void;
  /** Told of each batch of spends, from its sending to its answer. */
  readonly onCall?: OnCall | undefined;
  /** Requests that are gathered for one script call, 1–100; the keys of a larger batch go in one of their own. */
  readonly batchSize?: number;
  /** For every step of finding and connecting to the server. */
  readonly connectDeadlineMs?: number;
  /** From the end of a request's turn of the event loop to its answer. */
  readonly commandDeadlineMs?: number;
  /** For `admit`. */
  readonly admitDeadlineMs?: number;
  /** What all names in the database begin with. */
  readonly prefix?: string;
  /** For tests: the ledger's time, instead of the server's. */
  readonly nowMs?: () => number;
}

export interface RedisLedger extends Ledger, ToldLedger, Required<UsageSource> {
  /** Ends the connection. Counts that have not been taken stay in the ledger, where another process finds them. */
  close(): Promise<void>;
}

/** Two batches of 32 keys, with their callers. With a hundred, fewer went in a second, for the same CPU each. */
const gatheredAtOnce = 66;
const defaults = { batchSize: gatheredAtOnce, connectDeadlineMs: 1_000, commandDeadlineMs: 300, admitDeadlineMs: 30_000, prefix: "kw" };
const heartbeatMs = 1_000;
/** Ids that one call announces. */
const announcedAtOnce = 500;

/** The ledger on Redis ≥ 6.2 or Valkey ≥ 7.2. Connects when it is first used. */
export const createRedisLedger = (options: RedisLedgerOptions): RedisLedger => {
  const { batchSize, connectDeadlineMs, commandDeadlineMs, admitDeadlineMs, prefix } = { ...defaults, ...options };
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > maxBatchSize) throw new RangeError(`batchSize is not between 1 and ${maxBatchSize}.`);
  const connection = typeof options.connection === "string" ? parseRedisUrl(options.connection) : options.connection;
  const names = tagsOf(connection).map((tag) => shardNames(prefix, tag));
  const keeper = createKeeper({
    open: () => openLink({ connection, connectDeadlineMs }),
    admit: async (link) => options.admit?.(await introduce(link, names)),
    admitDeadlineMs,
    commandDeadlineMs,
    onLink: options.onLink ?? (() => {}),
  });
  const nowMs = options.nowMs ?? (() => 0);
  const { newMoveId, onCall = () => {} } = options;
  const shards = names.map((shardNames, shard) => createSpendShard({ shard, names: shardNames, keeper, newMoveId, batchSize, nowMs, onCall }));
  const caller = randomBytes(12).toString("base64url");
  const moves = createUsageMoves({ shards, keeper, newMoveId, caller, nowMs });
  const heartbeat = beat(keeper, () => Promise.all(shards.map(({ touch }) => touch())));
  const shardFor = ({ key, tenant }: SpendRequest): SpendShard => {
    const shard = shards[shardOf(key.id, tenant === null ? null : tenant.id, shards.length)];
    if (shard === undefined) throw new RangeError("There is no such shard.");
    return shard;
  };
  const spend = (request: SpendRequest): Promise<SpendResult> => shardFor(request).spend(request);
  const [only] = shards.length === 1 ? shards : [];
  const spendAll = (requests: readonly SpendRequest[]): Promise<readonly Settled[]> =>
    only === undefined ? spendEach({ spend }, requests) : only.spendAll(requests);
  const spendBehind = (first: SpendRequest, request: SpendRequest): Promise<SpendResult | undefined> => {
    const shard = shardFor(request);
    return shardFor(first) === shard && first.decided === "VALID" ? shard.spendBehind(first, request) : spendInTurn({ spend }, first, request);
  };
  return {
    spend,
    spendBehind,
    spendAll,
    spendAllBehind: (first, requests) =>
      only !== undefined && first.decided === "VALID" && requests.length > 0 && requests.length <= maxBatchSize
        ? only.spendAllBehind(first, requests)
        : spendAllInTurn({ spend, spendAll }, first, requests),
    spendEachBehind: (first, requests) =>
      only !== undefined && first.decided === "VALID" ? only.spendEachBehind(first, requests) : spendEachBehind({ spendBehind }, first, requests),
    announce: (changed) => announce(keeper, names, changed),
    announceTo: (identity, changed) => announceTo(keeper, names, { identity, changed }),
    markTo: (identity, atMs) => keeper.run(async (link) => link.identity === identity && markOn(link, names, atMs)).then(() => {}),
    take: moves.take,
    confirm: moves.confirm,
    waiting: moves.waiting,
    identity: () => keeper.run(async (link) => link.identity),
    reconnect: () => keeper.drop(new Error("The connection was given up.")),
    close: async () => {
      clearInterval(heartbeat);
      keeper.close();
    },
  } satisfies RedisLedger;
};

/** Notices a dead connection before a request does, and keeps others from taking this process for a dead one. Only while there is a connection. */
const beat = (keeper: Keeper, touch: () => Promise<unknown>): NodeJS.Timeout =>
  setInterval(() => {
    // A heartbeat that fails has already told the keeper.
    if (keeper.current() !== undefined) touch().catch(() => {});
  }, heartbeatMs).unref();

const announce = async (keeper: Keeper, names: readonly ShardNames[], changed: readonly Known[]): Promise<void> => {
  for (const part of partsOf(changed)) await keeper.run((link) => announcePart(link, names, part));
};

interface Telling {
  readonly identity: string;
  readonly changed: readonly Known[];
}

/** Every part goes to the ledger of this identity: one that is connected to in between is another. */
const announceTo = async (keeper: Keeper, names: readonly ShardNames[], { identity, changed }: Telling): Promise<boolean> => {
  for (const part of partsOf(changed)) {
    const isTold = await keeper.run(async (link) => {
      if (link.identity !== identity) return false;
      await announcePart(link, names, part);
      return true;
    });
    if (!isTold) return false;
  }
  return true;
};

const introduce = async (link: Link, names: readonly ShardNames[]): Promise<Introduction> => ({
  identity: link.identity,
  markedAtMs: await readMark(link, names),
  announce: (changed) => announceOn(link, names, changed),
  mark: (atMs) => markOn(link, names, atMs),
});

const announceOn = async (link: Link, names: readonly ShardNames[], changed: readonly Known[]): Promise<void> => {
  for (const part of partsOf(changed)) await announcePart(link, names, part);
};

const partsOf = (changed: readonly Known[]): readonly (readonly Known[])[] =>
  Array.from({ length: Math.ceil(changed.length / announcedAtOnce) }, (_, part) => changed.slice(part * announcedAtOnce, (part + 1) * announcedAtOnce));

/** To every shard: a key's id does not say which tenant's shard it is in. */
const announcePart = async (link: Link, names: readonly ShardNames[], changed: readonly Known[]): Promise<void> => {
  const revisions = changed.map(({ revision }) => String(revision));
  await Promise.all(
    names.map((shard, number) =>
      link.node(number).run(
        scripts.announce,
        changed.map(({ id }) => shard.entry(id)),
        revisions,
      ),
    ),
  );
};
