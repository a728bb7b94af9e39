import type { Clock, Random } from "@keywright/core";

/** Crockford's base32, lower case: no letter that is read as another. */
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
const timeDigits = 10;
const randomDigits = 12;
const countBits = 20;

/** Two digits for ten bits. */
const pairs = Array.from({ length: 1024 }, (_, value) => alphabet.charAt(value >> 5) + alphabet.charAt(value & 31));

const base32 = (value: number, digits: number): string => {
  let text = "";
  let rest = value;
  for (let i = 0; i < digits; i++) {
    text = alphabet.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
};

/** Random bits hold for so long: to draw them costs as much as the rest of an id. */
const drawnForMs = 1_000;

/**
 * Ids of requests, made for every one and therefore cheaply: `req_`, 48 bits of time in milliseconds, 60 random bits drawn anew each
 * second, and 20 bits that count from a random start. They sort by time, and no two processes make the same.
 */
export const createRequestIds = ({ clock, random }: { readonly clock: Clock; readonly random: Pick<Random, "bytes"> }): (() => string) => {
  const state = { timeMs: -1, drawnAtMs: Number.NEGATIVE_INFINITY, digits: "", head: "", count: 0 };
  const draw = (nowMs: number): void => {
    const [first = 0, second = 0, third = 0, ...bytes] = random.bytes(3 + randomDigits);
    state.drawnAtMs = nowMs;
    state.digits = bytes.map((byte) => alphabet.charAt(byte & 31)).join("");
    state.count = ((first << 16) | (second << 8) | third) & (2 ** countBits - 1);
  };
  return () => {
    const nowMs = clock.nowMs();
    if (nowMs !== state.timeMs) {
      // A clock that was set back draws as well: its milliseconds come again.
      if (nowMs < state.timeMs || nowMs - state.drawnAtMs >= drawnForMs) draw(nowMs);
      state.timeMs = nowMs;
      state.head = `req_${base32(nowMs, timeDigits)}${state.digits}`;
    }
    state.count = (state.count + 1) & (2 ** countBits - 1);
    return state.head + pairs[state.count >> 10] + pairs[state.count & 1023];
  };
};
