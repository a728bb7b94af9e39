import { type Stopwatch, Unavailable } from "@keywright/core";
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import { fetchKeySet } from "./fetch-key-set.ts";

/** What becomes of the issuer's keys; told when it changes. */
export type KeysEvent = { readonly type: "read" } | { readonly type: "failed"; readonly reason: string };

export interface IssuerKeysOptions {
  /** The address of the JSON Web Key Set, RFC 7517. */
  readonly url: string;
  readonly stopwatch: Pick<Stopwatch, "elapsedMs">;
  readonly onEvent?: (event: KeysEvent) => void;
  /** How long reading the keys may take; 2 s where left out. */
  readonly deadlineMs?: number;
}

const defaultDeadlineMs = 2_000;
/** Keys are read again when they are this old: so long may a key pass that the issuer has taken away. */
const freshMs = 10 * 60_000;
/** Between two readings, however many tokens name a key that is not known. */
const floorMs = 5_000;
/** So long are keys trusted that cannot be read again. */
const trustedMs = 24 * 60 * 60_000;

interface Kept {
  readonly find: JWTVerifyGetKey;
  readonly readMs: number;
}

/** The keys of one issuer, read when first needed, when they are old, and when a token names one that is not known. */
export const createIssuerKeys = ({ url, stopwatch, onEvent = () => {}, deadlineMs = defaultDeadlineMs }: IssuerKeysOptions) => {
  const state: { kept: Kept | undefined; triedMs: number; reading: Promise<void> | undefined; trouble: string | undefined } = {
    kept: undefined,
    triedMs: Number.NEGATIVE_INFINITY,
    reading: undefined,
    trouble: undefined,
  };

  const note = (trouble: string | undefined): void => {
    if (trouble === state.trouble && state.kept !== undefined) return;
    state.trouble = trouble;
    onEvent(trouble === undefined ? { type: "read" } : { type: "failed", reason: trouble });
  };
  const keep = (set: JSONWebKeySet): void => {
    note(undefined);
    state.kept = { find: createLocalJWKSet(set), readMs: stopwatch.elapsedMs() };
  };
  /** Reads the keys, once for all who wait; not again before the floor. Never rejects. */
  const read = (): Promise<void> => {
    if (state.reading !== undefined) return state.reading;
    if (stopwatch.elapsedMs() - state.triedMs < floorMs) return Promise.resolve();
    state.triedMs = stopwatch.elapsedMs();
    state.reading = fetchKeySet(url, deadlineMs)
      .then(keep)
      .catch((error: unknown) => note(error instanceof Error ? error.message : String(error)))
      .finally(() => {
        state.reading = undefined;
      });
    return state.reading;
  };
  const ageMs = ({ readMs }: Kept): number => stopwatch.elapsedMs() - readMs;
  const trusted = async (): Promise<Kept> => {
    if (state.kept === undefined || ageMs(state.kept) >= freshMs) await read();
    if (state.kept === undefined || ageMs(state.kept) >= trustedMs) throw new Unavailable("outside-tokens", new Error(state.trouble));
    return state.kept;
  };

  const find: JWTVerifyGetKey = async (header, token) => {
    const kept = await trusted();
    try {
      return await kept.find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
    }
    // The issuer may have begun to sign with another key.
    await read();
    return (await trusted()).find(header, token);
  };

  return {
    find,
    /** `ok`, or one sentence of what is wrong; reads the keys where they are due. */
    health: async (): Promise<string> => {
      if (state.kept === undefined || ageMs(state.kept) >= freshMs) await read();
      if (state.trouble === undefined) return state.kept === undefined ? "not read yet" : "ok";
      return state.kept === undefined || ageMs(state.kept) >= trustedMs ? `out of reach: ${state.trouble}` : `degraded: ${state.trouble} Known keys go on.`;
    },
  };
};
