/*
 * Loaded into a server by `--import`: each SIGUSR2 moves what it takes for the time on by MOVE_MS. Timers go by another clock, and stay.
 */
const now = Date.now.bind(Date);
const state = { movedMs: 0 };

Date.now = () => now() + state.movedMs;

process.on("SIGUSR2", () => {
  state.movedMs += Number(process.env.MOVE_MS);
});
