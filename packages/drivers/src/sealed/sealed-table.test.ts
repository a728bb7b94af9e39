import { createHash } from "node:crypto";
import type { SecretStore } from "@keywright/core";
import { durableSecretStoreContract, secretStoreContract } from "@keywright/core/testing";
import fc from "fast-check";
import type { PostgresPool } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { describeWithPostgres } from "../testing/postgres-engine.ts";
import { ask, emptySealedTables, openMigratedPostgres } from "../testing/sealed-table-databases.ts";
import { createSealedTable } from "./sealed-table.ts";
import { listNames } from "./sealed-table-statements.ts";

const masterKey = new Uint8Array(32).fill(1);
const hash = "$2b$12$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
const unavailable = { name: "Unavailable", port: "secret-store" };

interface PlanNode {
  readonly "Relation Name"?: string;
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly Plans?: readonly PlanNode[];
}

/** Rows that the plan's scans of the table have given. */
const rowsReadFromTable = (node: PlanNode): number => {
  const own = node["Relation Name"] === "sealed_secrets" ? node["Actual Rows"] * node["Actual Loops"] : 0;
  return (node.Plans ?? []).reduce((sum, child) => sum + rowsReadFromTable(child), own);
};

await describeWithPostgres("PostgreSQL", (server) => {
  let url: string;
  let pool: PostgresPool;
  const pools: PostgresPool[] = [];
  const openPool = async (deadlineMs = 10_000): Promise<PostgresPool> => {
    const opened = await openMigratedPostgres({ url, deadlineMs });
    pools.push(opened);
    return opened;
  };
  const open = (through = pool, key = masterKey): Promise<SecretStore> => createSealedTable({ pool: through, masterKey: key, deadlineMs: 30_000 });
  const dump = async (): Promise<string> =>
    JSON.stringify([await ask(pool, "select * from sealed_secrets order by path"), await ask(pool, "select * from sealed_secrets_seal")]);

  beforeAll(async () => {
    url = await server().newDatabase();
    pool = await openPool();
  });
  afterAll(async () => {
    await Promise.all(pools.map((each) => each.end()));
  });

  secretStoreContract("a sealed table on a server", () => open());
  durableSecretStoreContract("a sealed table on a server", async () => {
    await emptySealedTables(pool);
    return { open: () => open() };
  });

  describe("a sealed table of several processes", () => {
    let stores: readonly SecretStore[];
    beforeAll(async () => {
      await emptySealedTables(pool);
      const opened = await Promise.all(Array.from({ length: 4 }, () => openPool()));
      // All at once on a table without a seal: they agree on one.
      stores = await Promise.all(opened.map((each) => open(each)));
    });
    const storeOf = (writer: number): SecretStore => {
      const store = stores[writer % stores.length];
      if (store === undefined) throw new Error("There is no store.");
      return store;
    };

    it("lets exactly one of 100 writers win, at the first version and at every later one", async () => {
      for (const version of [0, 1, 2, 3]) {
        const outcomes = await Promise.all(Array.from({ length: 100 }, (_, writer) => storeOf(writer).write("raced/path", { writer: `${writer}` }, version)));
        expect(outcomes.filter((won) => won)).toHaveLength(1);
        const written = { data: { writer: String(outcomes.indexOf(true)) }, version: version + 1 };
        for (const store of stores) expect(await store.read("raced/path")).toEqual(written);
      }
    });

    it("lets one writer win a path for each time that it is destroyed", async () => {
      for (let round = 0; round < 10; round += 1) {
        const outcomes = await Promise.all([
          ...Array.from({ length: 12 }, (_, writer) => storeOf(writer).write("raced/again", { writer: `${writer}` }, 0)),
          storeOf(round).destroy("raced/again"),
        ]);
        expect([1, 2]).toContain(outcomes.filter((won) => won === true).length);
        await storeOf(0).destroy("raced/again");
      }
    });

    it("loses no update of writers that read, add and try again", async () => {
      const add = async (writer: number): Promise<void> => {
        const entry = await storeOf(writer).read("added");
        const won = await storeOf(writer).write("added", { ...entry?.data, [`writer_${writer}`]: "" }, entry?.version ?? 0);
        if (!won) await add(writer);
      };
      await Promise.all(Array.from({ length: 20 }, (_, writer) => add(writer)));
      expect(Object.keys((await storeOf(0).read("added"))?.data ?? {})).toHaveLength(20);
    });
  });

  describe("what rests in a sealed table", () => {
    let store: SecretStore;
    beforeEach(async () => {
      await emptySealedTables(pool);
      store = await open();
    });

    it("is not readable, but for paths and versions", async () => {
      const values = ["plain-value-one", hash, "λόγος", "c2VjcmV0IG9mIHRoZSBwZXBwZXI"];
      await Promise.all(values.map((value, index) => store.write(`api_keys/ten_1/key_${index}`, { [`name_${value}`]: value }, 0)));
      const content = await dump();
      for (const value of values) {
        const bytes = Buffer.from(value);
        for (const spelled of [value, bytes.toString("hex"), bytes.toString("base64url").slice(2, -2)]) expect(content).not.toContain(spelled);
      }
      expect(content).not.toContain("name_");
      expect(content).not.toContain(Buffer.from(masterKey).toString("base64url"));
      expect(content).toContain("api_keys/ten_1/key_3");
    });

    it("is sealed anew by every write, also of the same value", async () => {
      await store.write("a", { hash }, 0);
      await store.write("b", { hash }, 0);
      await store.write("b", { hash }, 1);
      const digests = (await ask<{ sealed: string }>(pool, "select sealed from sealed_secrets")).map(({ sealed }) =>
        createHash("sha256").update(sealed).digest("hex"),
      );
      expect(new Set(digests).size).toBe(2);
    });

    it("is gone when it was destroyed or replaced", async () => {
      await store.write("a", { hash }, 0);
      const [old] = await ask<{ sealed: string }>(pool, "select sealed from sealed_secrets");
      await store.write("a", { hash: "new" }, 1);
      expect(await ask(pool, "select from sealed_secrets where sealed = $1", [old?.sealed])).toHaveLength(0);
      await store.destroy("a");
      expect(await ask(pool, "select from sealed_secrets")).toHaveLength(0);
    });

    const edits: readonly (readonly [string, string])[] = [
      ["an old value under the newer version", "update sealed_secrets set sealed = $1 where path = 'a'"],
      ["a value under another version", "update sealed_secrets set version = version + 1 where path = 'a'"],
      ["a value under an older version", "update sealed_secrets set version = 1 where path = 'a'"],
      ["another path's value", "update sealed_secrets set (version, sealed) = (select version, sealed from sealed_secrets where path = 'b') where path = 'a'"],
      ["a value that was cut", "update sealed_secrets set sealed = left(sealed, -4) where path = 'a'"],
      ["a value that was edited", "update sealed_secrets set sealed = overlay(sealed placing 'AAAA' from 20) where path = 'a'"],
      ["no value", "update sealed_secrets set sealed = '' where path = 'a'"],
    ];
    it.each(edits)("and holds %s is given to nobody", async (_what, edit) => {
      await store.write("a", { hash: "old" }, 0);
      const [old] = await ask<{ sealed: string }>(pool, "select sealed from sealed_secrets where path = 'a'");
      await store.write("a", { hash: "new" }, 1);
      await store.write("b", { hash: "other" }, 0);
      await store.write("b", { hash: "other" }, 1);
      await ask(pool, edit, edit.includes("$1") ? [old?.sealed] : []);
      await expect(store.read("a")).rejects.toMatchObject({
        ...unavailable,
        cause: { name: "SealedTableError", message: expect.stringContaining("is damaged") },
      });
      expect(await store.read("b")).toEqual({ data: { hash: "other" }, version: 2 });
    });

    it("opens in no other table of the same master key", async () => {
      await store.write("a", { hash }, 0);
      const [row] = await ask<{ sealed: string }>(pool, "select sealed from sealed_secrets");
      await emptySealedTables(pool);
      const anew = await open();
      await ask(pool, "insert into sealed_secrets (path, version, sealed) values ('a', 1, $1)", [row?.sealed]);
      await expect(anew.read("a")).rejects.toMatchObject(unavailable);
    });

    it("is up to 64 KiB of text values, whatever the text", async () => {
      const data = { text: "x".repeat(65_000) };
      expect(await store.write("large", data, 0)).toBe(true);
      expect(await store.read("large")).toEqual({ data, version: 1 });
      const control = { nul: "\0", lone: "\ud800", line: "\r\n", sql: "'; drop table sealed_secrets; --" };
      expect(await store.write("control", control, 0)).toBe(true);
      expect(await store.read("control")).toEqual({ data: control, version: 1 });
      await expect(store.write("larger", { text: "x".repeat(66_000) }, 0)).rejects.toThrow(RangeError);
      await expect(store.write("number", { text: 1 as unknown as string }, 0)).rejects.toThrow(TypeError);
      expect(await store.list("")).toEqual(["control", "large"]);
    });
  });

  describe("the list of a sealed table", () => {
    const segment = fc.string({ unit: fc.constantFrom("-", "0", "9", "A", "Z", "_", "a", "z"), minLength: 1, maxLength: 3 });
    const path = fc.array(segment, { minLength: 1, maxLength: 3 }).map((segments) => segments.join("/"));

    it("is what stands directly under the folder, for any paths", async () => {
      const store = await open();
      await fc.assert(
        fc.asyncProperty(fc.uniqueArray(path, { maxLength: 30 }), path, async (paths, folder) => {
          await emptySealedTables(pool);
          await ask(pool, "insert into sealed_secrets select path, 1, '' from unnest($1::text[]) as u (path)", [paths]);
          for (const [asked, base] of [["", ""] as const, [folder, `${folder}/`] as const]) {
            const under = paths.filter((each) => each.startsWith(base)).map((each) => /^[^/]*\/?/.exec(each.slice(base.length))?.[0]);
            expect(await store.list(asked)).toEqual([...new Set(under)].toSorted());
          }
        }),
        { numRuns: 150 },
      );
    });

    it("costs what the folder holds, not what is beneath it", async () => {
      await emptySealedTables(pool);
      const store = await open();
      await ask(pool, "insert into sealed_secrets select format('api_keys/ten_%s/key_%s', n % 3, n), 1, 'sealed' from generate_series(1, 60000) as n");
      await ask(pool, "analyze sealed_secrets");
      expect(await store.list("api_keys")).toEqual(["ten_0/", "ten_1/", "ten_2/"]);
      expect(await store.list("api_keys/ten_1/")).toHaveLength(20_000);
      expect(await store.list("")).toEqual(["api_keys/"]);
      for (const [folder, names] of [["", 1] as const, ["api_keys", 3] as const]) {
        const { text, values } = listNames(folder);
        const [row] = await ask<{ "QUERY PLAN": readonly { Plan: PlanNode }[] }>(pool, `explain (analyze, format json) ${text}`, values);
        const root = row?.["QUERY PLAN"][0]?.Plan;
        // The plan tells rows by loop, rounded.
        expect(root === undefined ? 60_000 : rowsReadFromTable(root)).toBeLessThanOrEqual(2 * names);
      }
    });
  });
});
