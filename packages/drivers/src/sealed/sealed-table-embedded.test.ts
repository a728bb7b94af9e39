import { durableSecretStoreContract, secretStoreContract } from "@keywright/core/testing";
import type { PostgresPool } from "kysely";
import { afterAll, beforeAll } from "vitest";
import { createEmbeddedFolders, type EmbeddedFolders } from "../testing/embedded-folder.ts";
import { emptySealedTables, openMigratedEmbedded } from "../testing/sealed-table-databases.ts";
import { createSealedTable } from "./sealed-table.ts";

const masterKey = new Uint8Array(32).fill(1);

let folders: EmbeddedFolders;
let pool: PostgresPool;
beforeAll(async () => {
  folders = await createEmbeddedFolders();
  pool = await openMigratedEmbedded(await folders.next());
});
afterAll(async () => {
  await pool.end();
  await folders.remove();
});

const open = () => createSealedTable({ pool, masterKey, deadlineMs: 30_000 });

secretStoreContract("a sealed table in the embedded database", open);
durableSecretStoreContract("a sealed table in the embedded database", async () => {
  await emptySealedTables(pool);
  return { open };
});
