import { createStore } from "./store.ts";

/** What a device's clock may be wrong by before anybody is told. */
const toleratedMs = 60_000;
/** Offsets that differ by less are one: the header has whole seconds, and answers take their time. */
const noiseMs = 10_000;

/** By how much the server's clock is ahead of this device's; 0 where they agree. */
export const clockOffset = createStore(0);

/** Compares the clocks, by the `Date` of an answer that has just come. */
export const compareClocks = (date: string | null, deviceMs: number): void => {
  const serverMs = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(serverMs)) return;
  const offset = serverMs - deviceMs;
  const isWrong = Math.abs(offset) > toleratedMs;
  if (!isWrong) clockOffset.write(0);
  else if (Math.abs(offset - clockOffset.read()) > noiseMs) clockOffset.write(offset);
};

/** The time by the server's clock, which keys end by. */
export const serverNow = (): number => Date.now() + clockOffset.read();
