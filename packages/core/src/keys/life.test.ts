import { describe, expect, it } from "vitest";
import type { Actor } from "../model/audit.ts";
import { Secret } from "../model/secret.ts";
import { secretPath } from "../prove.ts";
import { createMember } from "../tenants/members.ts";
import { createTenant } from "../tenants/tenants.ts";
import { type Core, openCore, operator } from "../testing/open-core.ts";
import { deliverUsage } from "../usage/deliver-usage.ts";
import { verify } from "../verify.ts";
import { type CreateKey, createKey } from "./create-key.ts";
import { getKey, listKeys } from "./list-keys.ts";
import { regenerateKey } from "./regenerate-key.ts";
import { revokeKey, revokeRootKey } from "./revoke-key.ts";
import { createRootKey } from "./root-keys.ts";
import { orphanAgeMs, sweepHashes } from "./sweep-hashes.ts";
import { updateKey } from "./update-key.ts";

const openTenant = async () => {
  const core = await openCore();
  const tenant = await createTenant(core, { actor: operator, name: "Acme", tier: "pro", rateLimit: null, idempotency: null });
  return { core, tenantId: tenant.id };
};

const fields = (tenantId: string, change: Partial<CreateKey> = {}): CreateKey => ({
  tenantId,
  name: "k",
  scopes: ["send_email"],
  environment: "live",
  expiry: { kind: "default" },
  ipAllowlist: [],
  rateLimit: null,
  monthlyQuota: null,
  ownerId: undefined,
  metadata: {},
  ...change,
});

const create = (core: Core, tenantId: string, change: Partial<CreateKey> = {}) =>
  createKey(core, { actor: operator, command: fields(tenantId, change), idempotency: null });
const apiActor = (tenantId: string, scopes: string[]): Actor => ({ ...operator, type: "api_key", id: "key_caller", tenantId, scopes });
const codes = (results: readonly PromiseSettledResult<unknown>[]) =>
  results.map((result) => (result.status === "fulfilled" ? "made" : (result.reason as { code: string }).code));

describe("create", () => {
  it("50 at once for one member: exactly 10, and no hash of the refused ones stays", async () => {
    const { core, tenantId } = await openTenant();
    const member = await createMember(core, { actor: operator, tenantId, email: "a@example.com", name: "A", role: "developer", idempotency: null });
    const results = codes(await Promise.allSettled(Array.from({ length: 50 }, () => create(core, tenantId, { ownerId: member.id }))));
    expect(results.filter((code) => code === "made").length).toBe(10);
    expect(results.filter((code) => code === "KEY_LIMIT_REACHED").length).toBe(40);
    expect((await core.secretStore.list(`api_keys/${tenantId}/`)).length).toBe(10);
  });

  it("a revoked or expired key makes room for another", async () => {
    const { core, tenantId } = await openTenant();
    const member = await createMember(core, { actor: operator, tenantId, email: "a@example.com", name: "A", role: "developer", idempotency: null });
    const owned = { ownerId: member.id };
    const first = await create(core, tenantId, owned);
    for (let i = 0; i < 8; i++) await create(core, tenantId, owned);
    await create(core, tenantId, { ...owned, expiry: { kind: "days", days: 1 } });
    await expect(create(core, tenantId, owned)).rejects.toMatchObject({ code: "KEY_LIMIT_REACHED" });
    await revokeKey(core, { actor: operator, keyId: first.details.key.id, reason: null });
    await create(core, tenantId, owned);
    core.advance(86_400_000);
    await create(core, tenantId, owned);
  });

  it.each<[string, Partial<CreateKey>, string]>([
    ["an unknown scope", { scopes: ["send_email", "fly"] }, "/scopes/1"],
    ["an expiry in the past", { expiry: { kind: "at", atMs: 1 } }, "/expires_at"],
    ["an expiry too far away", { expiry: { kind: "at", atMs: Date.UTC(2030, 0, 1) } }, "/expires_at"],
    ["no expiry where the operator does not allow it", { expiry: { kind: "never" } }, "/expires_in_days"],
    ["a bad range", { ipAllowlist: ["203.0.113.7", "bad"] }, "/ip_allowlist/1"],
    ["too much metadata", { metadata: { note: "é".repeat(2100) } }, "/metadata"],
    ["an owner of another tenant", { ownerId: "mem_other" }, "/owner_id"],
    ["a team of another tenant", { ownerId: "team_other" }, "/team_id"],
  ])("refuses %s, naming the field, and stores nothing", async (_, change, pointer) => {
    const { core, tenantId } = await openTenant();
    await expect(create(core, tenantId, change)).rejects.toMatchObject({
      code: change.ownerId === undefined ? "INVALID_REQUEST" : "NOT_FOUND",
      fields: [{ pointer }],
    });
    expect((await core.secretStore.list(`api_keys/${tenantId}/`)).length).toBe(0);
    expect((await listKeys(core, { actor: operator, tenantId, filter: {}, page: { limit: 10, after: null } })).items).toEqual([]);
  });

  it("an operator must say which tenant; a tenant's caller cannot say another", async () => {
    const { core, tenantId } = await openTenant();
    await expect(create(core, tenantId, { tenantId: undefined })).rejects.toMatchObject({ fields: [{ pointer: "/tenant_id" }] });
    const command = fields("ten_other");
    await expect(createKey(core, { actor: apiActor(tenantId, ["admin", "send_email"]), command, idempotency: null })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });

  it("nobody grants a scope that they do not hold, by any call that yields a plaintext", async () => {
    const { core, tenantId } = await openTenant();
    const caller = apiActor(tenantId, ["write", "send_email"]);
    const asCaller = (scopes: string[]) => createKey(core, { actor: caller, command: fields(tenantId, { scopes }), idempotency: null });
    expect((await asCaller(["read", "send_email"])).details.key.scopes).toEqual(["read", "send_email"]);
    await expect(asCaller(["admin"])).rejects.toMatchObject({ code: "SCOPE_NOT_HELD" });
    const wide = (await create(core, tenantId, { scopes: ["admin"] })).details.key.id;
    await expect(regenerateKey(core, { actor: caller, keyId: wide, graceSeconds: 0, ifRevision: null, idempotency: null })).rejects.toMatchObject({
      code: "SCOPE_NOT_HELD",
    });
    await expect(updateKey(core, { actor: caller, keyId: wide, change: { scopes: ["manage_contacts"] }, ifRevision: null })).rejects.toMatchObject({
      code: "SCOPE_NOT_HELD",
    });
    const verifier = { ...operator, scopes: ["root-keys:write"] };
    await expect(createRootKey(core, { actor: verifier, name: "r", permissions: ["*"], idempotency: null })).rejects.toMatchObject({ code: "SCOPE_NOT_HELD" });
  });
});

describe("root keys", () => {
  const makeRoot = async (core: Core, permissions: string[]): Promise<Actor> => {
    const { details } = await createRootKey(core, { actor: operator, name: "r", permissions, idempotency: null });
    return { ...operator, id: details.key.id, scopes: permissions };
  };

  it("of two that revoke each other at once, exactly one remains", async () => {
    const { core } = await openTenant();
    const [one, other] = [await makeRoot(core, ["*"]), await makeRoot(core, ["*"])];
    const revoke = (actor: Actor, keyId: string | null) => revokeRootKey(core, { actor, keyId: keyId ?? "", reason: null });
    const results = await Promise.allSettled([revoke(one, other.id), revoke(other, one.id)]);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  it("revoke and grant no more than they hold: no root key makes a key that can do what it cannot", async () => {
    const { core, tenantId } = await openTenant();
    const all = await makeRoot(core, ["*"]);
    const janitor = await makeRoot(core, ["root-keys:write"]);
    await expect(revokeRootKey(core, { actor: janitor, keyId: all.id ?? "", reason: null })).rejects.toMatchObject({ code: "SCOPE_NOT_HELD" });
    const writer = await makeRoot(core, ["keys:write", "keys:read", "members:read", "teams:read", "usage:read", "requests:read"]);
    const asWriter = (scopes: string[]) => createKey(core, { actor: writer, command: fields(tenantId, { scopes }), idempotency: null });
    await asWriter(["send_email", "write"]);
    await expect(asWriter(["admin"])).rejects.toMatchObject({ code: "SCOPE_NOT_HELD" });
    const admin = (await create(core, tenantId, { scopes: ["admin"] })).details.key.id;
    const regenerated = regenerateKey(core, { actor: writer, keyId: admin, graceSeconds: 0, ifRevision: null, idempotency: null });
    await expect(regenerated).rejects.toMatchObject({ code: "SCOPE_NOT_HELD" });
  });
});

describe("an idempotency key", () => {
  const scope = { scope: "caller and key", fingerprint: "this request" };

  it("answers a repetition, also a concurrent one, with the same plaintext, and makes one key", async () => {
    const { core, tenantId } = await openTenant();
    const once = () => createKey(core, { actor: operator, command: fields(tenantId), idempotency: scope });
    const answers = await Promise.all([once(), once(), once()]);
    answers.push(await once());
    expect(new Set(answers.map(({ secret }) => secret.reveal())).size).toBe(1);
    expect((await listKeys(core, { actor: operator, tenantId, filter: {}, page: { limit: 10, after: null } })).items.length).toBe(1);
  });

  it("is refused for another request, and forgotten after 24 h", async () => {
    const { core, tenantId } = await openTenant();
    const first = await createKey(core, { actor: operator, command: fields(tenantId), idempotency: scope });
    const other = createKey(core, { actor: operator, command: fields(tenantId), idempotency: { ...scope, fingerprint: "another" } });
    await expect(other).rejects.toMatchObject({ code: "IDEMPOTENCY_KEY_REUSED" });
    core.advance(86_400_001);
    const later = await createKey(core, { actor: operator, command: fields(tenantId), idempotency: scope });
    expect(later.secret.reveal()).not.toBe(first.secret.reveal());
  });

  it("keeps the plaintext only sealed", async () => {
    const { core, tenantId } = await openTenant();
    const { secret } = await createKey(core, { actor: operator, command: fields(tenantId), idempotency: scope });
    const kept = await core.store.idempotency.find(scope.scope, 0);
    expect(kept?.sealed.length).toBeGreaterThan(100);
    expect(JSON.stringify(kept)).not.toContain(secret.reveal().slice(8));
  });
});

describe("update, revoke", () => {
  it("a revision that the caller saw guards a change", async () => {
    const { core, tenantId } = await openTenant();
    const { key } = (await create(core, tenantId)).details;
    const change = (ifRevision: number) => updateKey(core, { actor: operator, keyId: key.id, change: { name: "n" }, ifRevision });
    expect((await change(1)).result.key.revision).toBe(2);
    await expect(change(1)).rejects.toMatchObject({ code: "PRECONDITION_FAILED" });
  });

  it("revoked and expired are final", async () => {
    const { core, tenantId } = await openTenant();
    const revoked = (await create(core, tenantId)).details.key.id;
    const first = await revokeKey(core, { actor: operator, keyId: revoked, reason: "leaked" });
    const again = await revokeKey(core, { actor: operator, keyId: revoked, reason: "other" });
    expect(again).toEqual(first);
    const expired = (await create(core, tenantId, { expiry: { kind: "days", days: 1 } })).details.key.id;
    core.advance(86_400_000);
    for (const keyId of [revoked, expired]) {
      await expect(updateKey(core, { actor: operator, keyId, change: { enabled: true }, ifRevision: null })).rejects.toMatchObject({ code: "KEY_NOT_ACTIVE" });
      await expect(regenerateKey(core, { actor: operator, keyId, graceSeconds: 0, ifRevision: null, idempotency: null })).rejects.toMatchObject({
        code: "KEY_NOT_ACTIVE",
      });
    }
  });

  it("another tenant's key does not exist, and a root key is no API key", async () => {
    const { core, tenantId } = await openTenant();
    const { key } = (await create(core, tenantId)).details;
    const stranger = apiActor("ten_stranger", ["admin"]);
    await expect(getKey(core, stranger, key.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(revokeKey(core, { actor: stranger, keyId: key.id, reason: null })).rejects.toMatchObject({ code: "NOT_FOUND" });
    const root = (await createRootKey(core, { actor: operator, name: "r", permissions: ["verify"], idempotency: null })).details.key;
    await expect(getKey(core, operator, root.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(revokeRootKey(core, { actor: operator, keyId: key.id, reason: null })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(revokeRootKey(core, { actor: { ...operator, id: root.id }, keyId: root.id, reason: null })).rejects.toMatchObject({
      code: "PERMISSION_DENIED",
    });
  });

  it("every change has its audit entry, and no entry has a plaintext, a digest or a tag", async () => {
    const { core, tenantId } = await openTenant();
    const { details, secret } = await create(core, tenantId);
    const keyId = details.key.id;
    await updateKey(core, { actor: operator, keyId, change: { scopes: ["read_analytics"] }, ifRevision: null });
    await regenerateKey(core, { actor: operator, keyId, graceSeconds: 60, ifRevision: null, idempotency: null });
    await revokeKey(core, { actor: operator, keyId, reason: "leaked" });
    const { items } = await core.store.audit.list({ targetId: keyId }, { limit: 10, after: null });
    expect(items.map(({ action }) => action)).toEqual(["key.revoked", "key.regenerated", "key.updated", "key.created"]);
    expect(items[0]?.reason).toBe("leaked");
    expect(items[2]).toMatchObject({ before: { scopes: ["send_email"] }, after: { scopes: ["read_analytics"] } });
    const text = JSON.stringify(items);
    for (const hidden of [secret.reveal().slice(8), details.secrets[0]?.digest ?? "?", '"tag"']) expect(text).not.toContain(hidden);
  });
});

describe("the sweep of hashes", () => {
  it("destroys those of revoked keys, ended secrets and creations that never committed, and no others", async () => {
    const { core, tenantId } = await openTenant();
    const [alive, revoked, rotated] = [await create(core, tenantId), await create(core, tenantId), await create(core, tenantId)];
    await revokeKey(core, { actor: operator, keyId: revoked.details.key.id, reason: null });
    await regenerateKey(core, { actor: operator, keyId: rotated.details.key.id, graceSeconds: 0, ifRevision: null, idempotency: null });
    const orphan = secretPath({ id: alive.details.key.id.replace(/^key_.{3}/, "key_000"), tenantId });
    await core.secretStore.write(orphan, { sec_x: "hash" }, 0);
    core.advance(orphanAgeMs + 1);
    await sweepHashes(core);
    expect(await core.secretStore.read(orphan)).toBeUndefined();
    expect(await core.secretStore.read(secretPath(revoked.details.key))).toBeUndefined();
    expect(Object.keys((await core.secretStore.read(secretPath(rotated.details.key)))?.data ?? {}).length).toBe(1);
    expect(Object.keys((await core.secretStore.read(secretPath(alive.details.key)))?.data ?? {}).length).toBe(1);
    expect(await sweepHashes(core)).toMatchObject({ destroyed: 0 });
  });
});

describe("usage", () => {
  it("reaches the store exactly, and budgets survive a ledger that forgets", async () => {
    const { core, tenantId } = await openTenant();
    const { secret, details } = await create(core, tenantId, { rateLimit: { limit: 5, windowSeconds: 3600 }, monthlyQuota: 4 });
    const ask = (deps = core) => verify(deps, "api", { key: secret, scopes: [], ip: "203.0.113.7", endpoint: "/v1", cost: 1, dryRun: false });
    for (let i = 0; i < 3; i++) await ask();
    await deliverUsage({ source: core.ledger, usage: core.store.usage });
    const { createMemoryLedger } = await import("../memory/memory-ledger.ts");
    const reborn = { ...core, ledger: createMemoryLedger({ clock: core.clock, newMoveId: () => "mov_reborn", maxEntries: 10 }) };
    expect((await ask(reborn)).spent).toMatchObject({ outcome: "VALID", key: { remaining: 1 }, quota: { remaining: 0 } });
    expect((await ask(reborn)).verdict).toBe("QUOTA_EXCEEDED");
    await deliverUsage({ source: reborn.ledger, usage: core.store.usage });
    const nowMs = core.clock.nowMs();
    const summary = await core.store.usage.summarize({ keyId: details.key.id, fromMs: nowMs - 3_600_000, toMs: nowMs + 3_600_000, bucketMs: 3_600_000 });
    expect(summary.outcomes).toEqual({ VALID: 4, QUOTA_EXCEEDED: 1 });
    expect((await getKey(core, operator, details.key.id)).activity).toEqual({ lastUsedAtMs: nowMs, lastUsedIp: "203.0.113.7" });
  });
});

it("a Secret redacts itself wherever text is made of it by accident", () => {
  const secret = new Secret("pm_live_plaintext");
  expect(`${secret} ${JSON.stringify({ secret })}`).not.toContain("plaintext");
});
