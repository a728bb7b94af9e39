import type { Checkpoint, Store } from "@keywright/core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { anyEdit, rechained } from "../testing/audit-edits.ts";
import { type AuditScene, type AuditTables, auditedTenant, chainsOf, fillChain, verifyChains } from "../testing/audit-scene.ts";
import { createEmbeddedFolders, type EmbeddedFolders } from "../testing/embedded-folder.ts";
import { query } from "../testing/stored-subjects.ts";
import { type ChainRow, toCheckpoint } from "./audit-chains.ts";
import { type EmbeddedPool, openEmbedded } from "./embedded/open.ts";
import { migrate } from "./migrate.ts";
import { createStore } from "./store.ts";

const columns =
  "id, tenant_id, at_ms::text, actor_type, actor_id, action, target_type, target_id, reason, ip, request_id, before::text, after::text, sequence::text, previous_hash, hash";

/** Entries of the chain, of which the first 16 are sealed. */
const count = 20;

describe("the audit log", () => {
  let folders: EmbeddedFolders;
  let pool: EmbeddedPool;
  let store: Store;
  let scene: AuditScene;
  let written: AuditTables;

  const readTables = async (): Promise<AuditTables> => {
    const rows = await query<ChainRow>(pool, `select ${columns} from audit_log where tenant_id = $1 order by audit_log.sequence`, [auditedTenant]);
    const checkpoints = await query<Parameters<typeof toCheckpoint>[0]>(pool, "select * from audit_checkpoints where chain = $1", [auditedTenant]);
    return { rows, checkpoints: checkpoints.map(toCheckpoint), end: await store.chains.end(auditedTenant) };
  };

  beforeAll(async () => {
    folders = await createEmbeddedFolders();
    pool = await openEmbedded({ folder: await folders.next() });
    await migrate(pool);
    store = createStore(pool);
    scene = await fillChain(store, count, [8, 16]);
    written = await readTables();
  });
  afterAll(async () => {
    await pool.end();
    await folders.remove();
  });

  it("is whole as it was written", async () => {
    const whole = { entries: count, checkpoints: 2, sealed_through: 16, problem: null };
    expect(await verifyChains(scene, store.chains)).toMatchObject(whole);
    expect(await verifyChains(scene, chainsOf(written))).toMatchObject(whole);
  });

  it("shows each of 10,000 edits of its rows, and where the first bad entry is", async () => {
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(anyEdit, async ({ name, apply, named }) => {
        const edited = apply(written);
        fc.pre(edited !== undefined);
        seen.set(name, (seen.get(name) ?? 0) + 1);
        const { problem } = await verifyChains(scene, chainsOf(edited));
        expect(problem).not.toBeNull();
        const sequence = named?.(written);
        if (sequence !== undefined) expect(problem?.sequence).toBe(sequence);
      }),
      { numRuns: 10_000, maxSkipsPerRun: 1_000 },
    );
    expect([...seen.values()].reduce((sum, times) => sum + times, 0)).toBeGreaterThanOrEqual(10_000);
  }, 240_000);

  it("shows an edit that the database's superuser makes", async () => {
    for (const table of ["audit_log", "audit_checkpoints"]) await query(pool, `alter table ${table} disable trigger all`);
    const edits = fc.sample(anyEdit, { numRuns: 90, seed: 7 }).flatMap(({ name, apply }) => {
      const edited = apply(written);
      return edited === undefined ? [] : [{ name, edited }];
    });
    const found: string[] = [];
    for (const { name, edited } of edits) {
      if (!(await writeTables(pool, edited))) continue;
      expect([name, (await verifyChains(scene, store.chains)).problem]).not.toEqual([name, null]);
      found.push(name);
    }
    expect(found.length).toBeGreaterThan(30);
    expect(await writeTables(pool, written)).toBe(true);
    expect(await readTables()).toEqual(written);
    expect((await verifyChains(scene, store.chains)).problem).toBeNull();
  });

  it("does not show what is done behind the last checkpoint by whoever writes the end too: that is what checkpoints are for", async () => {
    const shorter = written.rows.slice(0, 18);
    const cut = { ...written, rows: shorter, end: { ...written.end, sequence: 18, hash: shorter.at(-1)?.hash ?? "" } };
    expect((await verifyChains(scene, chainsOf(cut))).problem).toBeNull();
    const rows = rechained(written.rows.with(17, { ...(written.rows[17] as ChainRow), reason: "forged" }), 17);
    const rewritten = { ...written, rows, end: { ...written.end, hash: rows.at(-1)?.hash ?? "" } };
    expect(await verifyChains(scene, chainsOf(rewritten))).toMatchObject({ problem: null, sealed_through: 16, last_sequence: count });
  });
});

/** Puts the tables in the place of what stands there, all or nothing; false: the database refuses them. */
const writeTables = async (pool: EmbeddedPool, { rows, checkpoints, end }: AuditTables): Promise<boolean> => {
  const client = await pool.connect();
  try {
    await client.query("begin", []);
    await client.query("delete from audit_log", []);
    await client.query("insert into audit_log select * from json_populate_recordset(null::audit_log, $1::json)", [`[${rows.map(recordOf).join(",")}]`]);
    await client.query("delete from audit_checkpoints", []);
    await client.query("insert into audit_checkpoints select * from json_populate_recordset(null::audit_checkpoints, $1::json)", [
      JSON.stringify(checkpoints.map(({ tenant_id: chain, ...fields }: Checkpoint) => ({ ...fields, chain }))),
    ]);
    await client.query("update audit_chains set sequence = $1, hash = $2 where chain = $3", [end.sequence, end.hash, auditedTenant]);
    await client.query("commit", []);
    return true;
  } catch {
    await client.query("rollback", []);
    return false;
  } finally {
    client.release();
  }
};

/** The row as JSON, with the text of its JSON columns as it is. */
const recordOf = ({ before, after, ...texts }: ChainRow): string =>
  `${JSON.stringify(texts).slice(0, -1)},"before":${before ?? "null"},"after":${after ?? "null"}}`;
