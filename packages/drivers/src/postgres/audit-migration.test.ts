import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditedTenant, createAuditScene, verifyChains } from "../testing/audit-scene.ts";
import { createEmbeddedFolders, type EmbeddedFolders } from "../testing/embedded-folder.ts";
import { query } from "../testing/stored-subjects.ts";
import { type EmbeddedPool, openEmbedded } from "./embedded/open.ts";
import { migrate, migrations } from "./migrate.ts";
import { createStore } from "./store.ts";

const insertOld = `insert into audit_log (id, tenant_id, at_ms, actor_type, action, target_type, target_id, before, after)
  select 'aud_' || lpad(n::text, 22, '0'), case when n % 3 = 0 then null else $1 end, n, 'system', 'key.updated', 'key', 'key_' || n,
    '{"name":"Grüße","list":[1,null]}', case when n % 2 = 0 then '{"10":1,"b":{"a":true}}'::json end
  from generate_series(1, 1700) as n`;

describe("a database of before the chains", () => {
  let folders: EmbeddedFolders;
  let pool: EmbeddedPool;
  beforeAll(async () => {
    folders = await createEmbeddedFolders();
    pool = await openEmbedded({ folder: await folders.next() });
  });
  afterAll(async () => {
    await pool.end();
    await folders.remove();
  });

  it("has its entries chained by the migration, in the order of their ids, and goes on from there", async () => {
    const before = Object.fromEntries(Object.entries(migrations).filter(([name]) => name < "0011"));
    await migrate(pool, before);
    await query(pool, insertOld, [auditedTenant]);
    expect(await migrate(pool)).toContain("0011-audit-chain");
    const store = createStore(pool);
    const scene = await createAuditScene();
    expect(await verifyChains(scene, store.chains)).toMatchObject({ entries: 1_134, last_sequence: 1_134, problem: null });
    expect((await store.chains.end(null)).sequence).toBe(566);
    const [last] = await store.chains.entries({ tenantId: auditedTenant, after: 1_133, limit: 1 });
    if (last === undefined) throw new Error("There are 1,134 entries.");
    const { sequence: _sequence, previousHash: _previousHash, hash: _hash, ...entry } = last;
    await store.audit.append({ ...entry, id: "aud_next" });
    expect(await verifyChains(scene, store.chains)).toMatchObject({ last_sequence: 1_135, problem: null });
    await expect(query(pool, "delete from audit_log")).rejects.toThrow("append-only");
  });

  it("drops no entry of the last 30 days, whatever checkpoint covers it", async () => {
    const { chains, audit } = createStore(pool);
    const [old] = await chains.entries({ tenantId: auditedTenant, after: 0, limit: 1 });
    if (old === undefined) throw new Error("There is an entry.");
    const { sequence: _sequence, previousHash: _previousHash, hash: _hash, ...entry } = old;
    await audit.append({ ...entry, id: "aud_young", atMs: Date.now() });
    const { sequence, hash } = await chains.end(auditedTenant);
    const covering = { type: "checkpoint", kind: "retention", tenant_id: auditedTenant, at_ms: 1, key_id: "k", signature: "s" } as const;
    await chains.addCheckpoint({ ...covering, sequence, hash });
    await expect(chains.drop(auditedTenant, sequence)).rejects.toThrow("30 days");
    await chains.addCheckpoint({ ...covering, sequence: 1, hash: old.hash });
    expect(await chains.drop(auditedTenant, 1)).toBe(1);
  });
});
