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

/** Ids that one millisecond has room for. */
const countsPerHead = 2 ** countBits;

/**
 * Ids of requests, made for every one and therefore cheaply: `req_`, 48 bits of time in milliseconds, 60 random bits drawn anew each
 * second, and 20 bits that count from a random start. They sort by time, and no two processes make the same. Where the clock is set back, the
 * ids' time stands still until it is passed, or a millisecond's ids are used up: the request log is in their order.
 */
export const createRequestIds = ({ clock, random }: { readonly clock: Clock; readonly random: Pick<Random, "bytes"> }): (() => string) => {
  const state = { timeMs: -1, drawnAtMs: Number.NEGATIVE_INFINITY, digits: "", head: "", count: 0, left: 0 };
  const draw = (atMs: number): void => {
    const [first = 0, second = 0, third = 0, ...bytes] = random.bytes(3 + randomDigits);
    state.drawnAtMs = atMs;
    state.digits = bytes.map((byte) => alphabet.charAt(byte & 31)).join("");
    state.count = ((first << 16) | (second << 8) | third) & (countsPerHead - 1);
  };
  const begin = (timeMs: number): void => {
    if (timeMs - state.drawnAtMs >= drawnForMs) draw(timeMs);
    state.timeMs = timeMs;
    state.left = countsPerHead;
    state.head = `req_${base32(timeMs, timeDigits)}${state.digits}`;
  };
  return () => {
    const nowMs = clock.nowMs();
    if (nowMs > state.timeMs) begin(nowMs);
    else if (state.left === 0) begin(state.timeMs + 1);
    state.left -= 1;
    state.count = (state.count + 1) & (countsPerHead - 1);
    return state.head + pairs[state.count >> 10] + pairs[state.count & 1023];
  };
};
