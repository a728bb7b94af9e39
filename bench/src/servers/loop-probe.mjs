/** Loaded into a server before it starts (`--import`): tells over the process channel how it does, when it is asked. Costs nothing until then. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const delay = monitorEventLoopDelay({ resolution: 1 });

const prepare = {
  vitals: () => {},
  reset: () => {
    delay.enable();
    delay.reset();
  },
  // Twice: the first collection runs what waits for an object's end, the second frees what that held.
  collect: () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc");
    collect();
    collect();
  },
};

process.on("message", (question) => {
  prepare[question]?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  process.send?.({ longestMs: delay.max / 1e6, rssBytes: rss, heapBytes: heapUsed + external });
});
process.channel?.unref();
