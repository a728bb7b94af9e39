import { openPostgres } from "../postgres/pool.ts";
import { accountsSuite } from "../testing/accounts-suite.ts";
import { describeWithPostgres } from "../testing/postgres-engine.ts";

await describeWithPostgres("PostgreSQL", (server) => {
  accountsSuite("server", async () => openPostgres({ url: await server().newDatabase() }));
});
