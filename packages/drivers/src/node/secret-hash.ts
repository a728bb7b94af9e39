import { availableParallelism } from "node:os";
import type { SecretHash } from "@keywright/core";
import { compare, hash } from "bcrypt";
import { takeTurns } from "./take-turns.ts";

/** bcrypt reads no further than this. */
const BCRYPT_MAX_BYTES = 72;
const BCRYPT_HASH = /^\$2[aby]\$(?:0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/;
export const DEFAULT_COST = 12;

export interface SecretHashOptions {
  /** Two to this many rounds, 4 to 31. */
  readonly cost?: number;
  /** How many run at once, each on a thread of libuv's pool. Default: one core is left to the event loop, and 3 at most, for files and names need the fourth. */
  readonly concurrency?: number;
  /** How many may wait for their turn; the next one is refused. */
  readonly queueLimit?: number;
}

/** bcrypt ends a text at byte 72, and some implementations at the first NUL: such texts would share a hash with others. */
const fits = (text: string): boolean => Buffer.byteLength(text, "utf8") <= BCRYPT_MAX_BYTES && !text.includes("\0");

const requireCost = (cost: number): void => {
  if (!Number.isInteger(cost) || cost < 4 || cost > 31) throw new RangeError("A bcrypt cost is a whole number from 4 to 31.");
};

/** A `$2b$` hash. Rejects with a `RangeError` a text that bcrypt would cut, or a cost that it does not have. */
export const bcryptHash = async (text: string, cost: number): Promise<string> => {
  requireCost(cost);
  if (!fits(text)) throw new RangeError(`bcrypt takes a text of at most ${BCRYPT_MAX_BYTES} bytes of UTF-8 without NUL.`);
  return await hash(text, cost);
};

/** Whether `text` has this hash; false, without any work, where one of the two is nothing that `bcryptHash` takes or gives. */
export const bcryptCompare = async (text: string, hashed: string): Promise<boolean> => {
  if (!fits(text) || !BCRYPT_HASH.test(hashed)) return false;
  // `$2y$` is the name that PHP and htpasswd give to what OpenBSD calls `$2b$`; the library knows the latter alone.
  return await compare(text, hashed.replace(/^\$2y\$/, "$2b$"));
};

/** bcrypt on the threads of libuv's pool, bounded in how many run and how many wait. */
export const createSecretHash = (options: SecretHashOptions = {}) => {
  const { cost = DEFAULT_COST, concurrency = Math.min(3, Math.max(1, availableParallelism() - 1)), queueLimit = 64 } = options;
  requireCost(cost);
  const inTurn = takeTurns(concurrency, queueLimit);

  return {
    hash: (text) => inTurn(() => bcryptHash(text, cost)),
    compare: (text, hashed) => inTurn(() => bcryptCompare(text, hashed)),
  } satisfies SecretHash;
};
