import { type Actor, createKey, createTenant, type Secret, updateKey, updateTenant, verify } from "@keywright/core";
import type { PostgresPool } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeWithPostgres } from "../testing/postgres-engine.ts";
import { openKeywright } from "../testing/postgres-keywright.ts";
import { query } from "../testing/stored-subjects.ts";
import { createPostgresLedger, type PostgresLedger } from "./ledger/ledger.ts";
import { migrate } from "./migrate.ts";
import { openPostgres } from "./pool.ts";

const operator: Actor = { type: "root_key", id: "key_operator", tenantId: null, memberId: null, scopes: ["*"], ip: null, requestId: null };

await describeWithPostgres("PostgreSQL", (server) => {
  let pool: PostgresPool;
  let ledger: PostgresLedger;
  let keywright: Awaited<ReturnType<typeof openKeywright>>;
  beforeAll(async () => {
    pool = openPostgres({ url: await server().newDatabase() });
    await migrate(pool);
    ledger = createPostgresLedger({ pool, newMoveId: () => "mov", deadlineMs: 10_000 });
    keywright = await openKeywright(pool, ledger);
  });
  afterAll(async () => {
    await ledger.close();
    await pool.end();
  });

  const issue = async () => {
    const { engine } = keywright;
    const tenant = await createTenant(engine, { actor: operator, name: "Acme", tier: "pro", rateLimit: null, idempotency: null });
    const fields = {
      tenantId: tenant.id,
      name: "k",
      scopes: ["send_email"],
      environment: "live",
      expiry: { kind: "days", days: 1 },
      metadata: { plan: "pro" },
    } as const;
    const limits = { ipAllowlist: ["203.0.113.7/32"], rateLimit: { limit: 5, windowSeconds: 60 }, monthlyQuota: 5, ownerId: undefined };
    const { details, secret } = await createKey(engine, { actor: operator, command: { ...fields, ...limits }, idempotency: null });
    return { tenantId: tenant.id, keyId: details.key.id, secret };
  };
  const verdictOf = async (key: Secret) => {
    const command = { key, scopes: ["send_email"], ip: "203.0.113.7", endpoint: "-", cost: 1, dryRun: false };
    return (await verify(keywright.engine, "api", command)).verdict;
  };
  const entriesOf = (targetId: string) =>
    query(pool, "select action, tenant_id, actor_type, reason from audit_log where target_id = $1 and action like '%.tampering_refused'", [targetId]);

  /** A row, an edit of it by hand, and what is edited: of the key $1, its secret or its tenant. */
  const edits: readonly (readonly [table: string, set: string])[] = [
    ["api_keys", "scopes = '{send_email,admin}'"],
    ["api_keys", "state = 'disabled'"],
    ["api_keys", "environment = 'test'"],
    ["api_keys", "owner_id = 'mem_0000000000000000000001'"],
    ["api_keys", "ip_allowlist = '{}'"],
    ["api_keys", "rate_limit = null, rate_window_seconds = null"],
    ["api_keys", "rate_limit = 1000000000"],
    ["api_keys", "monthly_quota = null"],
    ["api_keys", `metadata = '{"plan":"enterprise"}'`],
    ["api_keys", "expires_at_ms = null"],
    ["api_keys", "revision = revision + 1"],
    ["api_keys", "tag = ''"],
    ["api_keys", "tag = (select tag from api_keys where id <> $1 limit 1)"],
    ["key_secrets", "proved = not proved"],
    ["key_secrets", "valid_until_ms = 9999999999999"],
    ["key_secrets", "pepper_version = 2"],
    ["key_secrets", "tag = ''"],
    ["tenants", "tier = 'enterprise'"],
    ["tenants", "status = 'suspended'"],
    ["tenants", "rate_limit = 1000000000, rate_window_seconds = 1"],
    ["tenants", "revision = revision + 1"],
    ["tenants", "tag = ''"],
  ];
  const rowOf: Readonly<Record<string, string>> = {
    api_keys: "id = $1",
    key_secrets: "key_id = $1",
    tenants: "id = (select tenant_id from api_keys where id = $1)",
  };

  describe("a row edited by hand", () => {
    beforeAll(async () => {
      await issue();
    });

    it.each(edits)("is refused and audited: %s, %s", async (table, set) => {
      const { tenantId, keyId, secret } = await issue();
      expect(await verdictOf(secret)).toBe("VALID");
      keywright.tampered.length = 0;

      const edited = await query(pool, `update ${table} set ${set} where ${rowOf[table]} returning 1`, [keyId]);
      expect(edited).toHaveLength(1);
      expect([await verdictOf(secret), await verdictOf(secret)]).toEqual(["NOT_FOUND", "NOT_FOUND"]);

      const target = table === "tenants" ? { type: "tenant", id: tenantId } : { type: "key", id: keyId };
      expect(keywright.tampered).toEqual([1, 2].map(() => ({ ...target, tenantId, detail: expect.stringMatching(/does not bear its tag\.$/) })));
      expect(await entriesOf(target.id)).toEqual([
        { action: `${target.type}.tampering_refused`, tenant_id: tenantId, actor_type: "system", reason: keywright.tampered[0]?.detail },
      ]);
      const { engine } = keywright;
      const change =
        target.type === "key"
          ? updateKey(engine, { actor: operator, keyId, change: { enabled: true }, ifRevision: null })
          : updateTenant(engine, { actor: operator, tenantId, change: { status: "active" }, ifRevision: null });
      // Nor does Keywright put its own tag on what others wrote.
      await expect(change).rejects.toMatchObject({ code: "NOT_FOUND" });
      expect(await verdictOf(secret)).toBe("NOT_FOUND");
    });

    it("is accepted again once it is as Keywright wrote it", async () => {
      const { keyId, secret } = await issue();
      await query(pool, "update api_keys set monthly_quota = 1000000 where id = $1", [keyId]);
      expect(await verdictOf(secret)).toBe("NOT_FOUND");
      await query(pool, "update api_keys set monthly_quota = 5 where id = $1", [keyId]);
      expect(await verdictOf(secret)).toBe("VALID");
    });
  });

  describe("a row written by hand", () => {
    it("lets no secret open another key", async () => {
      const [own, others] = [await issue(), await issue()];
      expect(await verdictOf(own.secret)).toBe("VALID");
      await query(pool, "update key_secrets set key_id = $2 where key_id = $1", [own.keyId, others.keyId]);
      expect(await verdictOf(own.secret)).toBe("NOT_FOUND");
      expect(await entriesOf(others.keyId)).toHaveLength(1);
    });

    it("mints no key, even as a copy of one, with its tags", async () => {
      const { keyId, secret } = await issue();
      const columns = await query<{ names: string }>(
        pool,
        "select string_agg(column_name, ', ') as names from information_schema.columns where table_name = 'api_keys' and column_name <> 'id'",
      );
      const names = columns[0]?.names ?? "";
      await query(pool, `insert into api_keys (id, ${names}) select 'key_copy', ${names} from api_keys where id = $1`, [keyId]);
      await query(pool, "update key_secrets set key_id = 'key_copy' where key_id = $1", [keyId]);
      expect(await verdictOf(secret)).toBe("NOT_FOUND");
      expect(await entriesOf("key_copy")).toHaveLength(1);
    });
  });
});
