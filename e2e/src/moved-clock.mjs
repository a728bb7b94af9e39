/*
 * Loaded into a server by `--import`: its wall clock is ahead by the milliseconds that the file MOVED_CLOCK says. Timers go on as they did.
 */
import { readFileSync } from "node:fs";

const file = process.env.MOVED_CLOCK ?? "";
const now = Date.now.bind(Date);
const state = { aheadMs: 0 };
const look = () => {
  const text = readFileSync(file, "utf8");
  // Empty while it is being written: the clock goes on as it did.
  if (text !== "") state.aheadMs = Number(text);
};

look();
setInterval(look, 100).unref();
Date.now = () => now() + state.aheadMs;
