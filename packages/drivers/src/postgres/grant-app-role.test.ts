import { ledgerContract, storeContract } from "@keywright/core/testing";
import type { PostgresPool } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeWithPostgres, type PostgresServer } from "../testing/postgres-engine.ts";
import { asking, newOwnedDatabase, type OwnedDatabase } from "../testing/postgres-roles.ts";
import { sqlSuite } from "../testing/sql-suite.ts";
import { committing, query, stopClock } from "../testing/stored-subjects.ts";
import { grantAppRole } from "./grant-app-role.ts";
import { createPostgresLedger, type PostgresLedger } from "./ledger/ledger.ts";
import { migrate, migrations } from "./migrate.ts";
import { openPostgres } from "./pool.ts";
import { createStore } from "./store.ts";

/** A database as its owner leaves it to the app. */
const prepare = async (server: PostgresServer): Promise<OwnedDatabase> => {
  const database = await newOwnedDatabase(server);
  const owner = openPostgres({ url: database.owner });
  expect(await migrate(owner)).toEqual(Object.keys(migrations));
  await grantAppRole(owner, database.appRole);
  await owner.end();
  return database;
};

const rightsSuite = (server: () => PostgresServer): void => {
  describe("the app's role", () => {
    let database: OwnedDatabase;
    let app: PostgresPool;
    let owner: PostgresPool;
    const denied = { code: "42501" };
    beforeAll(async () => {
      database = await prepare(server());
      [app, owner] = [openPostgres({ url: database.app }), openPostgres({ url: database.owner })];
      await query(
        app,
        "insert into audit_log (id, at_ms, actor_type, action, target_type, target_id, sequence, previous_hash, hash) values ('aud_1', 1, 'system', 'a', 'key', 'k', 1, '', '')",
      );
    });
    afterAll(async () => {
      await Promise.all([app.end(), owner.end()]);
    });

    it.each([
      "update audit_log set action = 'b'",
      "update audit_log set action = 'b' where false",
      "delete from audit_log",
      "truncate audit_log",
      "delete from audit_chains",
      "update audit_checkpoints set hash = ''",
      "delete from audit_checkpoints",
      "truncate tenants cascade",
      "drop trigger audit_log_append_only on audit_log",
      "alter table audit_log disable trigger audit_log_append_only",
      "alter table audit_log disable trigger all",
      "create trigger t before insert on audit_log for each row execute function refuse_audit_change()",
      "create rule r as on insert to audit_log do instead nothing",
      "create or replace function refuse_audit_change() returns trigger language plpgsql as 'begin return null; end'",
      "drop table audit_log",
      "alter table audit_log rename to old_log",
      "alter table tenants add column note text",
      "alter table tenants disable row level security",
      "alter table tenants no force row level security",
      "alter table tenants owner to current_user",
      "drop policy tenant_wall on tenants",
      "create policy open on tenants using (true)",
      "create table mine (id text)",
      "set session_replication_role = replica",
      "set session authorization postgres",
      "insert into kysely_migration values ('9999-later', '')",
      "delete from kysely_migration",
    ])("cannot: %s", async (statement) => {
      await expect(query(app, statement)).rejects.toMatchObject(denied);
      expect(await query(owner, "select action from audit_log")).toEqual([{ action: "a" }]);
    });

    it("has nothing that it could give away", async () => {
      await query(app, "grant all on audit_log to public");
      expect(await query(owner, "select a.grantee from pg_class, aclexplode(relacl) as a where relname = 'audit_log' and a.grantee = 0")).toEqual([]);
    });

    it("has on every table exactly what the app does to it, and on no other", async () => {
      const rights = await query<{ name: string; rights: readonly string[] }>(
        owner,
        `select relname as name, array(
           select p from unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) as p
           where has_table_privilege($1, oid, p)
         ) as rights from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'm', 'p') and not relispartition`,
        [database.appRole],
      );
      const change = ["SELECT", "INSERT", "UPDATE", "DELETE"];
      const others: Readonly<Record<string, readonly string[]>> = {
        audit_log: ["SELECT", "INSERT"],
        audit_chains: ["SELECT", "INSERT", "UPDATE"],
        audit_checkpoints: ["SELECT", "INSERT"],
        kysely_migration: ["SELECT"],
        kysely_migration_lock: ["SELECT"],
      };
      expect(rights.length).toBeGreaterThan(15);
      for (const { name, rights: held } of rights) expect([name, held]).toEqual([name, others[name] ?? change]);
    });

    it("may run every function but those of triggers on its own account", async () => {
      const granted = await query<{ name: string }>(
        owner,
        "select proname as name from pg_proc, aclexplode(proacl) as a where pronamespace = 'public'::regnamespace and a.grantee = (select oid from pg_roles where rolname = $1)",
        [database.appRole],
      );
      const all = await query<{ name: string }>(owner, "select proname as name from pg_proc where pronamespace = 'public'::regnamespace");
      expect(granted.map(({ name }) => name).sort()).toEqual(
        all
          .map(({ name }) => name)
          .filter((name) => !["refuse_audit_change", "begin_key_activity", "plan_reminder_look"].includes(name))
          .sort(),
      );
    });

    it("finds nothing to migrate where the owner has migrated", async () => {
      expect(await migrate(app)).toEqual([]);
    });

    it("is held by the walls where a superuser owns the tables, too", async () => {
      const other = await newOwnedDatabase(server());
      const [superuser, theirs] = [openPostgres({ url: other.superuser }), openPostgres({ url: other.app })];
      await migrate(superuser);
      await grantAppRole(superuser, other.appRole);
      const store = createStore(theirs);
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
      await store.forTenant("ten_1").tenants.insert({ row, tag: "" });
      expect(await store.forTenant("ten_1").tenants.find("ten_1")).toMatchObject({ row });
      expect(await store.forTenant("ten_2").tenants.find("ten_1")).toBeUndefined();
      await expect(query(theirs, "delete from audit_log")).rejects.toMatchObject(denied);
      await Promise.all([superuser.end(), theirs.end()]);
    });

    it("loses what the owner had given it beyond that, whichever of several processes says so", async () => {
      const role = `"${database.appRole.replaceAll('"', '""')}"`;
      await query(owner, `grant all on audit_log, kysely_migration to ${role}`);
      await query(owner, `grant update (action) on audit_log to ${role}`);
      expect(await query(app, "select has_table_privilege('audit_log', 'truncate') as may")).toEqual([{ may: true }]);
      await Promise.all(Array.from({ length: 5 }, () => grantAppRole(owner, database.appRole)));
      await expect(query(app, "delete from kysely_migration")).rejects.toMatchObject(denied);
      await expect(query(app, "update audit_log set action = 'b'")).rejects.toMatchObject(denied);
      expect(await query(app, "select action from audit_log")).toEqual([{ action: "a" }]);
    });
  });
};

const refusalSuite = (server: () => PostgresServer): void => {
  describe("a role that walls would not hold", () => {
    const attempt = async (prepareRole: (database: OwnedDatabase, quoted: string) => string, role?: (database: OwnedDatabase) => string) => {
      const database = await newOwnedDatabase(server());
      const owner = openPostgres({ url: database.owner });
      await migrate(owner);
      await asking(database.superuser, (client) => client.query(prepareRole(database, client.escapeIdentifier(database.appRole))));
      try {
        await grantAppRole(owner, role?.(database) ?? database.appRole);
        return "granted";
      } catch (error) {
        const given = await query(owner, "select from pg_class, aclexplode(relacl) as a where relname = 'api_keys' and a.grantee <> relowner");
        expect(given).toEqual([]);
        return error instanceof Error ? error.message : "?";
      } finally {
        await owner.end();
      }
    };

    it("is refused in one sentence, and is given nothing", async () => {
      expect(await attempt((_database, role) => `alter role ${role} superuser`)).toMatch(/^The app's database role is a superuser or has BYPASSRLS[^.]+\.$/);
      expect(await attempt((_database, role) => `alter role ${role} bypassrls`)).toMatch(/^The app's database role is a superuser or has BYPASSRLS[^.]+\.$/);
      expect(await attempt(({ ownerRole }, role) => `grant ${ownerRole} to ${role}`)).toMatch(/^The app's database role owns the tables[^.]+\.$/);
      const itself = await attempt(
        () => "select 1",
        ({ ownerRole }) => ownerRole,
      );
      expect(itself).toMatch(/^The app's database role owns the tables[^.]+\.$/);
      expect(await attempt(() => "grant delete on audit_log to public")).toMatch(/^The app's database role may change the audit log[^.]+\.$/);
      const nobody = await attempt(
        () => "select 1",
        () => 'nobody"; drop table api_keys; --',
      );
      expect(nobody).toMatch(/^The database has no role of the name[^.]+\.$/);
      expect(await attempt(() => "select 1")).toBe("granted");
    });
  });
};

await describeWithPostgres("PostgreSQL", (server) => {
  storeContract("the app's role", async () => {
    const pool = openPostgres({ url: (await prepare(server())).app });
    return { store: createStore(pool), close: () => pool.end() };
  });

  // A role that owns its tables is behind the walls as well.
  storeContract("the owner's role", async () => {
    const pool = openPostgres({ url: (await newOwnedDatabase(server())).owner });
    await migrate(pool);
    return { store: createStore(pool), close: () => pool.end() };
  });

  sqlSuite("the owner's role", async () => openPostgres({ url: (await newOwnedDatabase(server())).owner }));

  describe("the ledger", () => {
    const made = { ids: 0 };
    const newId = (prefix: string): string => {
      made.ids += 1;
      return `${prefix}_${made.ids}`;
    };
    let pools: readonly PostgresPool[] = [];
    let commit: ReturnType<typeof committing>;
    let clock: Awaited<ReturnType<typeof stopClock>>;
    let ledger: PostgresLedger;
    beforeAll(async () => {
      const database = await prepare(server());
      const [owner, app] = [openPostgres({ url: database.owner }), openPostgres({ url: database.app })];
      pools = [owner, app];
      clock = await stopClock(owner, Date.UTC(2026, 10, 21, 12, 30));
      await query(owner, "grant select on stopped_clock to public");
      commit = committing(app);
      ledger = createPostgresLedger({ pool: app, newMoveId: () => newId("mov"), deadlineMs: 10_000 });
    });
    afterAll(async () => {
      await ledger.close();
      await Promise.all(pools.map((pool) => pool.end()));
    });
    ledgerContract("the PostgreSQL ledger as the app's role", async () => ({ ledger, newId, advance: clock.advance, commit }));
  });

  rightsSuite(server);
  refusalSuite(server);
});
