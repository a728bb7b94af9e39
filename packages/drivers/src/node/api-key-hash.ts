import { bcryptCompare, bcryptHash, DEFAULT_COST } from "./secret-hash.ts";

/**
 * A standard bcrypt hash (`$2b$`) of a whole API key, to keep in place of the key; `cost` is 4 to 31, by default 12.
 * Rejects with a `RangeError` a key of more than 72 bytes or with a NUL in it, of which bcrypt would ignore the rest.
 */
export const hashAPIKey = (key: string, options: { readonly cost?: number } = {}): Promise<string> => bcryptHash(key, options.cost ?? DEFAULT_COST);

/**
 * Whether `hash` is a bcrypt hash of `key`, made here or by any other standard implementation (`$2a$`, `$2b$`, `$2y$`).
 * False, and no rejection, for a text that is no bcrypt hash and for a key that `hashAPIKey` would refuse.
 */
export const verifyAPIKey = (key: string, hash: string): Promise<boolean> => bcryptCompare(key, hash);
