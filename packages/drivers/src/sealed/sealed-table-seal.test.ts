import type { SecretStore } from "@keywright/core";
import type { PostgresPool } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { describeWithPostgres } from "../testing/postgres-engine.ts";
import { ask, emptySealedTables, openMigratedPostgres } from "../testing/sealed-table-databases.ts";
import { createSealedTable } from "./sealed-table.ts";

const masterKey = new Uint8Array(32).fill(1);
const otherKey = new Uint8Array(32).fill(2);
const hash = "$2b$12$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
const unavailable = { name: "Unavailable", port: "secret-store" };
const anotherMasterKey = {
  name: "SealedTableError",
  message: "The secrets in the database were sealed by another master key: start with the one that sealed them; nothing was changed.",
};

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

  const open = (key = masterKey): Promise<SecretStore> => createSealedTable({ pool, masterKey: key, deadlineMs: 30_000 });
  const dump = async (): Promise<string> =>
    JSON.stringify([await ask(pool, "select * from sealed_secrets order by path"), await ask(pool, "select * from sealed_secrets_seal")]);

  describe("a sealed table and its master key", () => {
    beforeEach(async () => {
      await emptySealedTables(pool);
    });

    it("refuses another master key in one sentence, and stays as it was", async () => {
      const store = await open();
      await store.write("pepper", { v1: hash }, 0);
      const before = await dump();
      for (let index = 0; index < 32; index += 1) {
        const other = Uint8Array.from(masterKey, (byte, at) => (at === index ? byte ^ 0x80 : byte));
        await expect(open(other)).rejects.toMatchObject(anotherMasterKey);
      }
      expect(await dump()).toBe(before);
    });

    it("refuses another master key before anything was written, too", async () => {
      await open();
      const before = await dump();
      await expect(open(otherKey)).rejects.toMatchObject(anotherMasterKey);
      expect(await dump()).toBe(before);
    });

    it("takes one of two master keys that start at once", async () => {
      const outcomes = await Promise.allSettled([open(masterKey), open(otherKey), open(masterKey), open(otherKey)]);
      expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
      for (const outcome of outcomes) if (outcome.status === "rejected") expect(outcome.reason).toMatchObject(anotherMasterKey);
    });

    it("refuses a master key that is not 32 bytes", async () => {
      await expect(open(new Uint8Array(31))).rejects.toThrow(RangeError);
      expect(await dump()).toBe("[[],[]]");
    });

    it("makes no new seal for secrets that have lost theirs", async () => {
      await (await open()).write("pepper", { v1: hash }, 0);
      await ask(pool, "delete from sealed_secrets_seal");
      const before = await dump();
      const lost = "The secrets in the database have lost their seal: restore the table sealed_secrets_seal from a backup; nothing was changed.";
      await expect(open()).rejects.toMatchObject({ name: "SealedTableError", message: lost });
      expect(await dump()).toBe(before);
    });

    it("writes nothing under a seal that is no longer the table's", async () => {
      const store = await open();
      await store.write("a", { hash }, 0);
      const [seal] = await ask<{ id: string; proof: string }>(pool, "select id, proof from sealed_secrets_seal");
      await emptySealedTables(pool);
      await open(otherKey);
      await expect(store.write("a", { hash }, 0)).rejects.toMatchObject({ ...unavailable, cause: { name: "SealedTableError" } });
      await expect(store.write("a", { hash }, 1)).rejects.toMatchObject(unavailable);
      expect(await ask(pool, "select path from sealed_secrets")).toEqual([]);
      await ask(pool, "update sealed_secrets_seal set id = $1, proof = $2", [seal?.id, seal?.proof]);
      expect(await store.write("a", { hash }, 0)).toBe(true);
    });
  });
});
