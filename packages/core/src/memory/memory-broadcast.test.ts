import { broadcastContract } from "../testing/broadcast.contract.ts";
import { createMemoryBroadcast } from "./memory-broadcast.ts";

broadcastContract("memory", async () => {
  const one = createMemoryBroadcast();
  return { one, other: one, close: async () => {} };
});
