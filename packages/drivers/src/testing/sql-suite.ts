import type { Signed, Store, Tenant } from "@keywright/core";
import type { Kysely, PostgresPool } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { migrate, migrations } from "../postgres/migrate.ts";
import { createStore } from "../postgres/store.ts";

/** What the port does not promise and the SQL must do all the same, on a new database that `open` makes. */
export const sqlSuite = (name: string, open: () => Promise<PostgresPool>): void => {
  describe(`SQL: ${name}`, () => {
    let opened: PostgresPool | undefined;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(async () => {
      await opened?.end();
    });
    const pool = (): PostgresPool => {
      if (opened === undefined) throw new Error("The database is not open.");
      return opened;
    };
    migrationSuite(pool);
    statementSuite(pool);
    indexSuite(pool);
  });
};

const run = async <R = unknown>(pool: PostgresPool, text: string, values: readonly unknown[] = []): Promise<readonly R[]> => {
  const client = await pool.connect();
  try {
    return (await client.query<R>(text, values)).rows;
  } finally {
    client.release();
  }
};

/** Everything that is in the database, by name: tables, indexes, triggers' functions, and the migrations that it has had. */
const shape = (pool: PostgresPool) =>
  run<{ name: string }>(
    pool,
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace
     union all select proname from pg_proc where pronamespace = 'public'::regnamespace
     union all select name from kysely_migration order by 1`,
  );

const migrationSuite = (pool: () => PostgresPool): void => {
  describe("migrate", () => {
    it("brings a new database to the present shape, once, however many start at once", async () => {
      const ran = await Promise.all([migrate(pool()), migrate(pool()), migrate(pool())]);
      expect(ran.flat()).toEqual(Object.keys(migrations));
      const before = await shape(pool());
      expect(await migrate(pool())).toEqual([]);
      expect(await shape(pool())).toEqual(before);
    });

    it("undoes all of what it began where one migration fails", async () => {
      const before = await shape(pool());
      const half = { up: async (db: Kysely<unknown>) => void (await db.schema.createTable("half").addColumn("id", "text").execute()) };
      const broken = { up: () => Promise.reject(new Error("no room")) };
      const known = { ...migrations, "0998-half": half, "0999-broken": broken };
      await expect(migrate(pool(), known)).rejects.toThrow("no room");
      expect(await shape(pool())).toEqual(before);
    });

    it("leaves the database of a newer Keywright as it is, and says so in one sentence", async () => {
      await run(pool(), "insert into kysely_migration (name, timestamp) values ('0999-later', '2126-01-01T00:00:00.000Z')");
      const before = await shape(pool());
      await expect(migrate(pool())).rejects.toThrow(/^The database was migrated by a newer Keywright \(it has 0999-later\); [^.]+\.$/);
      expect(await shape(pool())).toEqual(before);
      await run(pool(), "delete from kysely_migration where name = '0999-later'");
    });
  });
};

const tenant = (id: string): Signed<Tenant> => ({
  row: {
    id,
    name: id,
    tier: "starter",
    status: "active",
    rateLimit: null,
    developerScopes: null,
    reminders: null,
    createdAtMs: 1,
    updatedAtMs: 1,
    revision: 1,
  },
  tag: "",
});

const statementSuite = (pool: () => PostgresPool): void => {
  describe("statements", () => {
    it("keep the SQLSTATE of what failed", async () => {
      const store = createStore(pool());
      await store.tenants.insert(tenant("ten_twice"));
      await expect(store.tenants.insert(tenant("ten_twice"))).rejects.toMatchObject({ code: "23505", constraint: "tenants_pkey" });
      await expect(run(pool(), "select 1/0")).rejects.toMatchObject({ code: "22012" });
    });

    it("give whole numbers of 64 bits as numbers, and none that is not exact", async () => {
      expect(await run(pool(), "select 9007199254740991::bigint as n, array[]::bigint[] as none")).toEqual([{ n: 9_007_199_254_740_991, none: [] }]);
      await expect(run(pool(), "select 9007199254740993::bigint as n")).rejects.toThrow("JavaScript number");
      expect(await run(pool(), "select 1 as still")).toEqual([{ still: 1 }]);
    });

    it("take a megabyte and give it back", async () => {
      const text = "é".repeat(1_000_000);
      expect(await run(pool(), "select $1::text as text", [text])).toEqual([{ text }]);
    });

    it("reject a transaction whose work overlooked that one of them failed, and keep nothing of it", async () => {
      const store = createStore(pool());
      const overlooked = store.transaction(async (stores) => {
        await stores.tenants.insert(tenant("ten_overlooked"));
        await stores.tenants.insert(tenant("ten_overlooked")).catch(() => {});
      });
      await expect(overlooked).rejects.toThrow();
      expect(await store.tenants.find("ten_overlooked")).toBeUndefined();
    });

    it("refuse to change or shorten the audit log", async () => {
      await run(
        pool(),
        "insert into audit_log (id, at_ms, actor_type, action, target_type, target_id, sequence, previous_hash, hash) values ('aud_1', 1, 'system', 'a', 'key', 'k', 1, '', '')",
      );
      for (const change of ["update audit_log set action = 'b'", "delete from audit_log", "truncate audit_log"]) {
        await expect(run(pool(), change)).rejects.toMatchObject({ code: "23001", message: "The audit log is append-only." });
      }
      expect(await run(pool(), "select id, action from audit_log")).toEqual([{ id: "aud_1", action: "a" }]);
    });

    it("refuse a digest that is none", async () => {
      await run(pool(), "insert into api_keys values ('key_d', null, null, '', '', '', '{}', '', '{}', null, null, null, '{}', null, 1, 1, null, null, 1, '')");
      const insert = "insert into key_secrets values ('sec_d', 'key_d', $1, 1, '', 1, null, false, '')";
      await expect(run(pool(), insert, [Buffer.alloc(31)])).rejects.toMatchObject({ code: "23514" });
    });

    it("forget moves that no ledger can hand over again, with the next move", async () => {
      const store = createStore(pool());
      const move = (id: string) => ({ id, counts: [], lastUses: [], budgets: [] });
      for (const id of ["old", "young"]) await store.usage.apply(move(id));
      await run(pool(), "update usage_moves set applied_at = now() - interval '31 days' where id = 'old'");
      await run(pool(), "update usage_moves set applied_at = now() - interval '29 days' where id = 'young'");
      await store.usage.apply(move("next"));
      expect(await run(pool(), "select id from usage_moves where id in ('old', 'young', 'next') order by id")).toEqual([{ id: "next" }, { id: "young" }]);
      expect(await store.usage.apply(move("young"))).toBe(false);
    });
  });
};

/** The plan of the last statement, but for those that begin and end a transaction, that `ask` sends, where tables may not be read from end to end. */
const planOf = async (pool: PostgresPool, ask: (store: Store) => Promise<unknown>): Promise<string> => {
  let sent: { readonly text: string; readonly values: readonly unknown[] } = { text: "", values: [] };
  const watched: PostgresPool = {
    options: {},
    end: async () => {},
    connect: async () => {
      const client = await pool.connect();
      const query = ((text: string, values: readonly unknown[]) => {
        if (!/^(?:begin|start|commit)\b/i.test(text)) sent = { text, values };
        return client.query(text, values);
      }) as unknown as typeof client.query;
      return { query, release: () => client.release() };
    },
  };
  await ask(createStore(watched));
  const client = await pool.connect();
  try {
    await client.query("set enable_seqscan = off", []);
    await client.query("set enable_bitmapscan = off", []);
    const { rows } = await client.query<{ "QUERY PLAN": string }>(`explain ${sent.text}`, sent.values);
    return rows.map((row) => row["QUERY PLAN"]).join("\n");
  } finally {
    await client.query("reset all", []);
    client.release();
  }
};

const indexSuite = (pool: () => PostgresPool): void => {
  describe("indexes", () => {
    const page = { limit: 20, after: "key_9" };
    const placed = (value: string | number) => ({ limit: 20, after: `key_9:${value}` });
    const ofTenant = { tenantId: "ten_1", nowMs: 1 };
    const digest = Buffer.alloc(32).toString("base64url");

    it.each<[string, string, (store: Store) => Promise<unknown>]>([
      ["a digest", "key_secrets_digest_key", (store) => store.keys.findByDigest([digest, digest])],
      ["an owner's living keys", "api_keys_alive_of_owner", (store) => store.keys.countAlive("mem_1", 1)],
      ["a page of a tenant's keys", "Scan Backward using api_keys_of_tenant", (store) => store.keys.list({ tenantId: "ten_1", nowMs: 1 }, page)],
      ["a tenant's oldest keys", "Scan using api_keys_of_tenant", ({ keys }) => keys.list(ofTenant, page, { by: "createdAt", isDescending: false })],
      ["a tenant's keys by name", "Scan using api_keys_by_name", ({ keys }) => keys.list(ofTenant, placed("acme"), { by: "name", isDescending: false })],
      ["a tenant's keys by end", "Scan Backward using api_keys_by_end", ({ keys }) => keys.list(ofTenant, placed(9), { by: "expiresAt", isDescending: true })],
      [
        "a tenant's keys by use",
        "Scan Backward using key_activity_by_hour",
        ({ keys }) => keys.list(ofTenant, placed(9), { by: "lastUsedAt", isDescending: true }),
      ],
      ["the newest root key", "Index Cond: (tenant_id IS NULL)", ({ keys }) => keys.list({ tenantId: null, nowMs: 1 }, { limit: 1, after: null })],
      ["a key's secrets", "key_secrets_of_key", (store) => store.keys.find("key_1")],
      ["a page of tenants", "Index Scan Backward using tenants_pkey", (store) => store.tenants.list({}, page)],
      ["a page of members", "Index Scan Backward using members_of_tenant", (store) => store.members.list("ten_1", page)],
      ["a page of teams", "Index Scan Backward using teams_of_tenant", (store) => store.teams.list("ten_1", page)],
      ["a page of a team's members", "team_members_pkey", (store) => store.teams.listPlaced("team_1", page)],
      ["a page of invitations", "Index Scan Backward using invitations_of_tenant", (store) => store.invitations.list("ten_1", page)],
      ["an invitation's token", "invitations_digest_key", (store) => store.invitations.findByDigest([digest, digest])],
      ["an embed session's token", "embed_sessions_digest_key", (store) => store.embedSessions.findByDigest([digest, digest])],
      ["embed sessions that have ended", "embed_sessions_by_end", (store) => store.embedSessions.prune(1, 10)],
      ["the members that an account is", "members_of_account", (store) => store.members.listOfAccount("account_1", page)],
      ["members without an account", "members_unlinked", (store) => store.members.listUnlinked("ada@example.com", page)],
      ["a page of a tenant's audit log", "Index Scan Backward using audit_log_of_tenant", (store) => store.audit.list({ tenantId: "ten_1" }, page)],
      ["a page of an actor's audit log", "Index Scan Backward using audit_log_of_actor", (store) => store.audit.list({ actorId: "key_1" }, page)],
      ["a page of a target's audit log", "Index Scan Backward using audit_log_of_target", (store) => store.audit.list({ targetId: "key_1" }, page)],
      ["a key's usage", "usage_hourly_rest_pkey", (store) => store.usage.summarize({ keyId: "key_1", fromMs: 0, toMs: 1, bucketMs: 1 })],
      ["a tenant's usage", "usage_totals_hourly_rest_pkey", (store) => store.usage.summarize({ tenantId: "ten_1", fromMs: 0, toMs: 1, bucketMs: 1 })],
      ["everyone's usage", "usage_totals_hourly_rest_pkey", (store) => store.usage.summarize({ fromMs: 0, toMs: 1, bucketMs: 1 })],
      [
        "a tenant's usage by key",
        "usage_hourly_rest_tenant_id_hour_ms_idx",
        (store) => store.usage.groups({ tenantId: "ten_1", fromMs: 0, toMs: 1, bucketMs: 1 }, ["key"], { limit: 1, after: null }),
      ],
      ["a page of a tenant's requests", "Index Scan Backward using request_log_of_tenant", (store) => store.requests.list({ tenantId: "ten_1" }, page)],
      ["keys to look at for reminders", "reminder_looks_due", ({ reminders }) => reminders.takeDue({ nowMs: 1, latestMs: 2, limit: 10 })],
      ["digests that are due", "reminder_digests_due", (store) => store.reminders.claim({ nowMs: 1, day: 1, leaseUntilMs: 2, latestMs: 3, keys: 1 })],
      ["old digests", "reminder_digests_by_age", (store) => store.reminders.prune(1, 10)],
      ["old answers", "idempotent_answers_by_age", (store) => store.idempotency.prune(1, 10)],
    ])("lead to %s", async (_what, index, ask) => {
      const plan = await planOf(pool(), ask);
      expect(plan).toContain(index);
      expect(plan).not.toContain("Seq Scan on api_keys");
      expect(plan).not.toContain("Seq Scan on key_secrets");
    });
  });
};
