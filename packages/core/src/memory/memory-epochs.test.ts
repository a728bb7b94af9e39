import { epochsContract } from "../testing/epochs.contract.ts";
import { createMemoryEpochs } from "./memory-epochs.ts";

epochsContract("memory", async () => ({ epochs: createMemoryEpochs({ nowMs: () => 1_768_471_200_000 }), close: async () => {} }));
