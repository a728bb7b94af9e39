import { hashPassword, verifyPassword } from "better-auth/crypto";
import { takeTurns } from "../node/take-turns.ts";

/** scrypt takes 33 MB and a thread of libuv's pool for as long as it runs: one at a time, so that a flood of sign-ins takes neither from verification. */
const running = 1;
/** The next one is refused as out of reach: some ten seconds of work are waiting. */
const waiting = 100;

/** How passwords are hashed and compared; of either, one call is as much work as one of the other. */
export interface Passwords {
  hash(password: string): Promise<string>;
  verify(given: { readonly hash: string; readonly password: string }): Promise<boolean>;
}

/** The library's scrypt, bounded. */
export const createPasswords = (): Passwords => {
  const inTurn = takeTurns(running, waiting);
  return {
    hash: (password: string): Promise<string> => inTurn(() => hashPassword(password)),
    verify: (given: { readonly hash: string; readonly password: string }): Promise<boolean> => inTurn(() => verifyPassword(given)),
  };
};
