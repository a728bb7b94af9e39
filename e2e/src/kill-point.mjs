/*
 * Loaded into a server by `--import`: once armed by SIGUSR2, the process kills itself right after the statement KILL_AFTER of those that match
 * KILL_PATTERN has been answered by the database, and before anything else it would have done.
 */
import pg from "pg";

const pattern = new RegExp(process.env.KILL_PATTERN ?? "$^", "i");
const killAfter = Number(process.env.KILL_AFTER);
const state = { isArmed: false, seen: 0 };
const send = pg.Client.prototype.query;

pg.Client.prototype.query = function query(config, ...rest) {
  const text = typeof config === "string" ? config : (config?.text ?? "");
  const answer = send.call(this, config, ...rest);
  if (!state.isArmed || !pattern.test(text)) return answer;
  state.seen += 1;
  return state.seen === killAfter ? answer.finally(() => process.kill(process.pid, "SIGKILL")) : answer;
};

process.on("SIGUSR2", () => {
  state.isArmed = true;
  process.stderr.write("armed\n");
});
