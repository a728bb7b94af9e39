import { ledgerContract } from "@keywright/core/testing";
import type { PostgresPool } from "kysely";
import { afterAll, beforeAll, describe } from "vitest";
import { describeWithPostgres } from "../../testing/postgres-engine.ts";
import { committing, stopClock } from "../../testing/stored-subjects.ts";
import { migrate } from "../migrate.ts";
import { openPostgres } from "../pool.ts";
import { createPostgresLedger, type PostgresLedger } from "./ledger.ts";

const startMs = Date.UTC(2026, 10, 21, 12, 30);

await describeWithPostgres("PostgreSQL", (server) => {
  describe("a stopped clock", () => {
    let pool: PostgresPool;
    let clock: Awaited<ReturnType<typeof stopClock>>;
    let ledger: PostgresLedger;
    const made = { ids: 0 };
    const newId = (prefix: string): string => {
      made.ids += 1;
      return `${prefix}_${made.ids}`;
    };
    beforeAll(async () => {
      pool = openPostgres({ url: await server().newDatabase() });
      await migrate(pool);
      clock = await stopClock(pool, startMs);
      ledger = createPostgresLedger({ pool, newMoveId: () => newId("mov"), deadlineMs: 10_000 });
    });
    afterAll(async () => {
      await ledger.close();
      await pool.end();
    });

    ledgerContract("the PostgreSQL ledger", async () => ({ ledger, newId, advance: clock.advance, commit: committing(pool) }));
  });
});
