import { ledgerContract } from "@keywright/core/testing";
import { afterAll, beforeAll } from "vitest";
import { createEmbeddedFolders, type EmbeddedFolders } from "../../testing/embedded-folder.ts";
import { committing, stopClock } from "../../testing/stored-subjects.ts";
import { type EmbeddedPool, openEmbedded } from "../embedded/open.ts";
import { migrate } from "../migrate.ts";
import { createPostgresLedger, type PostgresLedger } from "./ledger.ts";

let folders: EmbeddedFolders;
let pool: EmbeddedPool;
let clock: Awaited<ReturnType<typeof stopClock>>;
let ledger: PostgresLedger;
const made = { ids: 0 };
const newId = (prefix: string): string => {
  made.ids += 1;
  return `${prefix}_${made.ids}`;
};

beforeAll(async () => {
  folders = await createEmbeddedFolders();
  pool = await openEmbedded({ folder: await folders.next() });
  await migrate(pool);
  clock = await stopClock(pool, Date.UTC(2026, 10, 21, 12, 30));
  ledger = createPostgresLedger({ pool, newMoveId: () => newId("mov"), deadlineMs: 10_000 });
});
afterAll(async () => {
  await ledger.close();
  await pool.end();
  await folders.remove();
});

ledgerContract("the PostgreSQL ledger on the embedded database", async () => ({ ledger, newId, advance: clock.advance, commit: committing(pool) }));
