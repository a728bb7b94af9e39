import { kill } from "node:process";
import type { SecretStore } from "@keywright/core";
import type { PostgresPool } from "kysely";
import { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeWithPostgres } from "../testing/postgres-engine.ts";
import { ask, emptySealedTables, openMigratedPostgres } from "../testing/sealed-table-databases.ts";
import { createSealedTable } from "./sealed-table.ts";

const masterKey = new Uint8Array(32).fill(1);
const hash = "$2b$12$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
const unavailable = { name: "Unavailable", port: "secret-store" };

await describeWithPostgres("PostgreSQL", (server) => {
  let url: string;
  let pool: PostgresPool;
  beforeAll(async () => {
    url = await server().newDatabase();
    pool = await openMigratedPostgres({ url });
  });
  afterAll(async () => {
    await pool.end();
  });

  describe("a sealed table whose server fails", () => {
    let store: SecretStore;
    let hasty: SecretStore;
    let hastyPool: PostgresPool;
    const hastyDeadlineMs = 400;
    beforeAll(async () => {
      await emptySealedTables(pool);
      store = await createSealedTable({ pool, masterKey, deadlineMs: 30_000 });
      hastyPool = await openMigratedPostgres({ url });
      hasty = await createSealedTable({ pool: hastyPool, masterKey, deadlineMs: hastyDeadlineMs });
      await store.write("held", { hash }, 0);
    });

    afterAll(async () => {
      await hastyPool.end();
    });

    it("is unavailable where nothing listens, at its opening too", async () => {
      const nowhere = new Pool({ connectionString: "postgres://postgres@127.0.0.1:1/keywright" });
      await expect(createSealedTable({ pool: nowhere, masterKey })).rejects.toMatchObject({ ...unavailable, cause: { code: "ECONNREFUSED" } });
      await nowhere.end();
    });

    it("is unavailable where the database was not migrated", async () => {
      const unprepared = new Pool({ connectionString: await server().newDatabase() });
      await expect(createSealedTable({ pool: unprepared, masterKey })).rejects.toMatchObject({ ...unavailable, cause: { code: "42P01" } });
      await unprepared.end();
    });

    it("is unavailable when the deadline is over, and then works again", async () => {
      const holder = await pool.connect();
      await holder.query("begin", []);
      await holder.query("select from sealed_secrets where path = 'held' for update", []);
      await expect(hasty.write("held", { hash: "late" }, 1)).rejects.toMatchObject({ ...unavailable, cause: { message: expect.stringContaining("400 ms") } });
      expect(await hasty.read("held")).toEqual({ data: { hash }, version: 1 });
      await holder.query("rollback", []);
      holder.release();
      // The late write was sent: it holds or not, and nothing between. A writer that read again goes on from there.
      const write = async (): Promise<void> => {
        const entry = await hasty.read("held");
        expect([{ hash }, { hash: "late" }]).toContainEqual(entry?.data);
        if (!(await hasty.write("held", { hash: "new" }, entry?.version ?? 0))) await write();
      };
      await write();
      expect((await hasty.read("held"))?.data).toEqual({ hash: "new" });
    });

    it("is unavailable while the server stands still", async () => {
      const asked = await ask<{ pid: number }>(hastyPool, "select pg_backend_pid() as pid");
      const pids = await ask<{ pid: number }>(pool, "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
      expect(pids.map(({ pid }) => pid)).toContain(asked[0]?.pid);
      for (const { pid } of pids) kill(pid, "SIGSTOP");
      try {
        const startedAtMs = performance.now();
        await expect(hasty.read("held")).rejects.toMatchObject(unavailable);
        expect(performance.now() - startedAtMs).toBeLessThan(hastyDeadlineMs + 5_000);
      } finally {
        for (const { pid } of pids) kill(pid, "SIGCONT");
      }
      expect(await store.read("held")).toBeDefined();
    });

    it("is unavailable to the call whose connection is ended, and then works again", async () => {
      const holder = await pool.connect();
      await holder.query("begin", []);
      await holder.query("select from sealed_secrets where path = 'held' for update", []);
      const lost = store.write("held", { hash: "lost" }, (await store.read("held"))?.version ?? 0);
      const ended = async (): Promise<void> => {
        const rows = await ask(
          pool,
          "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like 'with seal%'",
        );
        if (rows.length === 0) await ended();
      };
      const [outcome] = await Promise.allSettled([lost, ended()]);
      expect(outcome).toMatchObject({ status: "rejected", reason: unavailable });
      await holder.query("rollback", []);
      holder.release();
      expect((await store.read("held"))?.data).not.toEqual({ hash: "lost" });
    });
  });
});
