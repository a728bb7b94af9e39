import { Unavailable } from "@keywright/core";
import { storeContract } from "@keywright/core/testing";
import type { PostgresPool } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
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

  describe("a server that fails", () => {
    let pool: PostgresPool;
    let impatient: PostgresPool;
    beforeAll(async () => {
      const url = await server().newDatabase();
      pool = openPostgres({ url, maxConnections: 2 });
      impatient = openPostgres({ url, maxConnections: 1, deadlineMs: 300 });
      await migrate(pool);
    });
    afterAll(async () => {
      await Promise.all([pool.end(), impatient.end()]);
    });

    it("is unavailable where a statement takes too long", async () => {
      const client = await impatient.connect();
      await expect(client.query("select pg_sleep(30)", [])).rejects.toMatchObject({ name: "Unavailable", port: "store", cause: { code: "57014" } });
      expect((await client.query("select 1 as again", [])).rows).toEqual([{ again: 1 }]);
      client.release();
    });

    it("is unavailable where a lock is not given in time, and leaves the holder alone", async () => {
      const [holders, waiters] = [createStore(pool), createStore(impatient)];
      const row = {
        id: "ten_1",
        name: "Acme",
        tier: "pro",
        status: "active",
        rateLimit: null,
        developerScopes: null,
        reminders: null,
        createdAtMs: 1,
        updatedAtMs: 1,
        revision: 1,
      } as const;
      await holders.tenants.insert({ row, tag: "" });
      await holders.transaction(async (stores) => {
        await stores.tenants.lock("ten_1");
        await expect(waiters.transaction((others) => others.tenants.lock("ten_1"))).rejects.toThrow(Unavailable);
      });
      expect(await waiters.transaction((stores) => stores.tenants.lock("ten_1"))).toMatchObject({ row });
    });

    it("is unavailable to whoever waits too long for a connection", async () => {
      const holder = await impatient.connect();
      await expect(impatient.connect()).rejects.toThrow(Unavailable);
      holder.release();
      (await impatient.connect()).release();
    });

    it("is unavailable to the transaction whose connection it ends, and then works again", async () => {
      const store = createStore(pool);
      const lost = store.transaction(async (stores) => {
        await stores.tenants.find("ten_1");
        const other = await pool.connect();
        await other.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()", []);
        other.release();
        // The signal is on its way when it has been sent.
        for (let attempt = 0; attempt < 10_000; attempt++) await stores.tenants.find("ten_1");
      });
      await expect(lost).rejects.toThrow(Unavailable);
      expect(await store.tenants.find("ten_2")).toBeUndefined();
    });

    it("is unavailable where nothing listens", async () => {
      const nowhere = openPostgres({ url: "postgres://postgres@127.0.0.1:1/keywright" });
      await expect(createStore(nowhere).tenants.find("ten_1")).rejects.toThrow(Unavailable);
      await expect(migrate(nowhere)).rejects.toThrow(Unavailable);
      await nowhere.end();
    });
  });
});
