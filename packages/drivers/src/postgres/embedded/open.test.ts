import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { storeContract } from "@keywright/core/testing";
import { migrate } from "../migrate.ts";
import { createStore } from "../store.ts";
import { openEmbedded } from "./open.ts";

storeContract("embedded", async () => {
  const root = await mkdtemp(join(tmpdir(), "keywright-store-"));
  const pool = await openEmbedded({ folder: join(root, "store") });
  await migrate(pool);
  return {
    store: createStore(pool),
    close: async () => {
      await pool.end();
      await rm(root, { recursive: true });
    },
  };
});
