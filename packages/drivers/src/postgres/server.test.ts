import { storeContract } from "@keywright/core/testing";
import { describeWithPostgres } from "../testing/postgres-engine.ts";
import { sqlSuite } from "../testing/sql-suite.ts";
import { migrate } from "./migrate.ts";
import { openPostgres } from "./pool.ts";
import { createStore } from "./store.ts";

await describeWithPostgres("PostgreSQL", (server) => {
  storeContract("server", async () => {
    const pool = openPostgres({ url: await server().newDatabase() });
    await migrate(pool);
    return { store: createStore(pool), close: () => pool.end() };
  });

  sqlSuite("server", async () => openPostgres({ url: await server().newDatabase() }));
});
