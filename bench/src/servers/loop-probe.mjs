/** Loaded into a server before it starts (`--import`): tells over the process channel how it does, when it is asked. */
import { monitorEventLoopDelay } from "node:perf_hooks";

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();

process.on("message", (question) => {
  if (question === "reset") delay.reset();
  process.send?.({ longestMs: delay.max / 1e6, rssBytes: process.memoryUsage.rss() });
});
process.channel?.unref();
