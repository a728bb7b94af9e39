import { type Actor, changeRole, createKey, createMember, createTeam, createTenant, type Member, removeMember, verify } from "@keywright/core";
import type { PostgresPool } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithPostgres } from "../testing/postgres-engine.ts";
import { openKeywright } from "../testing/postgres-keywright.ts";
import { createPostgresLedger, type PostgresLedger } from "./ledger/ledger.ts";
import { migrate } from "./migrate.ts";
import { openPostgres } from "./pool.ts";

const operator: Actor = { type: "root_key", id: "key_operator", tenantId: null, memberId: null, scopes: ["*"], ip: null, requestId: null };

await describeWithPostgres("people who act at once, on PostgreSQL", (server) => {
  let pool: PostgresPool;
  let ledger: PostgresLedger;
  let engine: Awaited<ReturnType<typeof openKeywright>>["engine"];
  beforeAll(async () => {
    pool = openPostgres({ url: await server().newDatabase() });
    await migrate(pool);
    ledger = createPostgresLedger({ pool, newMoveId: () => "mov", deadlineMs: 10_000 });
    engine = (await openKeywright(pool, ledger)).engine;
  });
  afterAll(async () => {
    await ledger.close();
    await pool.end();
  });

  const openTenant = async () => {
    const { id: tenantId } = await createTenant(engine, { actor: operator, name: "Acme", tier: "pro", rateLimit: null, idempotency: null });
    const within = { ...engine, store: engine.store.forTenant(tenantId) };
    const join = async (role: Member["role"], name: string) => {
      const { id } = await createMember(engine, { actor: operator, tenantId, email: `${name}@example.com`, name, role, idempotency: null });
      const actor: Actor = { type: "member", id, memberId: id, tenantId, role, scopes: [], ip: null, requestId: null };
      return { id, actor };
    };
    const makeKey = (actor: Actor, ownerId?: string) => {
      const limits = { ipAllowlist: [], rateLimit: null, monthlyQuota: null, metadata: {} };
      const command = { tenantId, name: "k", scopes: ["send_email"], environment: "live", ownerId, expiry: { kind: "default" }, ...limits } as const;
      return createKey(within, { actor, command, idempotency: null });
    };
    return { tenantId, within, join, makeKey };
  };
  const outcomes = async (all: readonly Promise<unknown>[]) =>
    (await Promise.allSettled(all)).map((one) => (one.status === "fulfilled" ? "done" : (one.reason as { code?: string }).code));

  it("50 creations by one member: exactly 10 keys", async () => {
    const { join, makeKey } = await openTenant();
    const { id, actor } = await join("developer", "ada");
    const made = await outcomes(Array.from({ length: 50 }, () => makeKey(actor)));
    expect(made.filter((code) => code === "done")).toHaveLength(10);
    expect(made.filter((code) => code === "KEY_LIMIT_REACHED")).toHaveLength(40);
    expect(await engine.store.keys.countAlive(id, engine.clock.nowMs())).toBe(10);
  });

  it("60 creations for one team: exactly 50 keys", async () => {
    const { join, makeKey, within } = await openTenant();
    const { actor } = await join("admin", "ada");
    const team = await createTeam(within, { actor, tenantId: undefined, name: "Mailing", idempotency: null });
    const made = await outcomes(Array.from({ length: 60 }, () => makeKey(actor, team.id)));
    expect(made.filter((code) => code === "done")).toHaveLength(50);
    expect(await engine.store.keys.countAlive(team.id, engine.clock.nowMs())).toBe(50);
  });

  it("a member who is removed while they make keys: no key is left that works", async () => {
    const { join, makeKey, within } = await openTenant();
    const [owner, leaver] = [await join("owner", "ada"), await join("developer", "bob")];
    const making = Array.from({ length: 8 }, () => makeKey(leaver.actor));
    const removing = removeMember(within, { actor: owner.actor, memberId: leaver.id, keys: "revoke" });
    const [made, removed] = await Promise.all([Promise.allSettled(making), removing]);
    expect(removed.enforced).toBe(true);
    const secrets = made.flatMap((one) => (one.status === "fulfilled" ? [one.value.secret] : []));
    for (const key of secrets) {
      const { verdict } = await verify(engine, "api", { key, scopes: [], ip: null, endpoint: "-", cost: 1, dryRun: true });
      expect(verdict).toBe("REVOKED");
    }
    expect(await engine.store.keys.countAlive(leaver.id, engine.clock.nowMs())).toBe(0);
  });

  it("owners who leave and demote each other all at once: one remains", async () => {
    const { tenantId, join, within } = await openTenant();
    const owners = [await join("owner", "ada"), await join("owner", "bob"), await join("owner", "cyd")];
    const acts = owners.flatMap(({ id, actor }, index) => {
      const next = owners[(index + 1) % owners.length]?.id ?? "";
      return [removeMember(within, { actor, memberId: id, keys: undefined }), changeRole(within, { actor, memberId: next, role: "viewer" })];
    });
    const ended = await outcomes(acts);
    expect(ended.every((code) => code === "done" || code === "LAST_OWNER" || code === "PERMISSION_DENIED" || code === "NOT_FOUND")).toBe(true);
    expect(await engine.store.members.countOwners(tenantId)).toBe(1);
  });
});
