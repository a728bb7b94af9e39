import type { PostgresPool } from "kysely";
import { afterAll, beforeAll } from "vitest";
import { migrate } from "../postgres/migrate.ts";
import { openPostgres } from "../postgres/pool.ts";
import { accountsSuite } from "../testing/accounts-suite.ts";
import { attemptsSuite } from "../testing/attempts-suite.ts";
import { describeWithPostgres } from "../testing/postgres-engine.ts";

await describeWithPostgres("PostgreSQL", (server) => {
  const opened: { pool?: PostgresPool } = {};
  beforeAll(async () => {
    opened.pool = openPostgres({ url: await server().newDatabase() });
    await migrate(opened.pool);
  });
  afterAll(() => opened.pool?.end());
  attemptsSuite("server", () => {
    if (opened.pool === undefined) throw new Error("The database is not open.");
    return opened.pool;
  });
  accountsSuite("server", async () => openPostgres({ url: await server().newDatabase() }));
});
