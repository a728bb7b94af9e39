import { sha256 } from "../testing/sha256.ts";
import { storeContract } from "../testing/store.contract.ts";
import { createMemoryStore } from "./memory-store.ts";

storeContract("memory", async () => ({ store: createMemoryStore(sha256), close: async () => {} }));
