import type { Clock, Random } from "@keywright/core";

/** Crockford's base32, lower case: no letter that is read as another. */
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
const timeDigits = 10;
const randomDigits = 16;
const poolBytes = 4096;

const base32 = (value: number, digits: number): string => {
  let text = "";
  let rest = value;
  for (let i = 0; i < digits; i++) {
    text = alphabet.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
};

interface State {
  pool: Uint8Array;
  at: number;
  timeMs: number;
  time: string;
}

/** Ids of requests: `req_`, 48 bits of time and 80 random bits in base32, so that they sort by time. Made for every request, so cheaply. */
export const createRequestIds = ({ clock, random }: { readonly clock: Clock; readonly random: Pick<Random, "bytes"> }): (() => string) => {
  const state: State = { pool: new Uint8Array(0), at: 0, timeMs: -1, time: "" };
  return () => {
    const nowMs = clock.nowMs();
    if (nowMs !== state.timeMs) {
      state.timeMs = nowMs;
      state.time = `req_${base32(nowMs, timeDigits)}`;
    }
    if (state.at + randomDigits > state.pool.length) {
      state.pool = random.bytes(poolBytes);
      state.at = 0;
    }
    let id = state.time;
    for (let i = 0; i < randomDigits; i++) id += alphabet.charAt((state.pool[state.at + i] ?? 0) & 31);
    state.at += randomDigits;
    return id;
  };
};
