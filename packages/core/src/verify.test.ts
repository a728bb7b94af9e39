import { describe, expect, it } from "vitest";
import { type CreateKey, createKey } from "./keys/create-key.ts";
import { regenerateKey } from "./keys/regenerate-key.ts";
import { revokeKey } from "./keys/revoke-key.ts";
import { createRootKey } from "./keys/root-keys.ts";
import { updateKey } from "./keys/update-key.ts";
import { Secret } from "./model/secret.ts";
import { secretPath } from "./prove.ts";
import { createTenant, updateTenant } from "./tenants/tenants.ts";
import { type Core, openCore, operator } from "./testing/open-core.ts";
import { type VerifyCommand, type VerifyDeps, verify } from "./verify.ts";

const command = (key: Secret, change: Partial<VerifyCommand> = {}): VerifyCommand => ({
  key,
  scopes: [],
  ip: null,
  endpoint: "-",
  cost: 1,
  dryRun: false,
  ...change,
});
const verdictOf = async (deps: VerifyDeps, key: Secret, change: Partial<VerifyCommand> = {}) => (await verify(deps, "api", command(key, change))).verdict;

const openWithKey = async (fields: Partial<CreateKey> = {}) => {
  const core = await openCore();
  const tenant = await createTenant(core, { actor: operator, name: "Acme", tier: "enterprise", rateLimit: null, idempotency: null });
  const issued = await issue(core, tenant.id, fields);
  return { core, tenant, key: issued.details.key, secret: issued.secret };
};

const issue = (core: Core, tenantId: string, fields: Partial<CreateKey> = {}) =>
  createKey(core, {
    actor: operator,
    idempotency: null,
    command: {
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
      ...fields,
    },
  });

describe("every verdict", () => {
  it("VALID, with the budgets after the request", async () => {
    const { core, secret, key } = await openWithKey({ rateLimit: { limit: 5, windowSeconds: 60 } });
    const outcome = await verify(core, "api", command(secret));
    expect(outcome).toMatchObject({ verdict: "VALID", record: { id: key.id }, spent: { key: { remaining: 4 }, pool: { remaining: 999 } } });
  });

  it("MALFORMED, without any I/O", async () => {
    const { core } = await openWithKey();
    const deps = { ...core, records: { peek: () => expect.unreachable(), load: () => expect.unreachable() } };
    expect(await verdictOf(deps, new Secret("pm_live_nonsense"))).toBe("MALFORMED");
  });

  it("MALFORMED for a root key at a door for API keys, which only Keywright's own API accepts", async () => {
    const { core } = await openWithKey();
    const { secret } = await createRootKey(core, { actor: operator, name: "r", permissions: ["verify"], idempotency: null });
    expect(await verdictOf(core, secret)).toBe("MALFORMED");
    expect((await verify(core, "platform", command(secret))).verdict).toBe("VALID");
  });

  it("NOT_FOUND for a well-formed key that was never issued", async () => {
    const { core } = await openWithKey();
    const { secret } = await openWithKey();
    expect(await verdictOf(core, secret)).toBe("NOT_FOUND");
  });

  it("REVOKED, also for a secret that was never used and whose hash is gone", async () => {
    const { core, key, secret } = await openWithKey();
    await revokeKey(core, { actor: operator, keyId: key.id, reason: "leaked" });
    await core.secretStore.destroy(secretPath(key));
    expect(await verdictOf(core, secret)).toBe("REVOKED");
    expect(core.seen).toEqual({ compares: 0, tampered: [] });
  });

  it("DISABLED, and VALID again", async () => {
    const { core, key, secret } = await openWithKey();
    const change = (enabled: boolean) => updateKey(core, { actor: operator, keyId: key.id, change: { enabled }, ifRevision: null });
    await change(false);
    expect(await verdictOf(core, secret)).toBe("DISABLED");
    await change(true);
    expect(await verdictOf(core, secret)).toBe("VALID");
  });

  it("EXPIRED at the very millisecond", async () => {
    const { core, secret } = await openWithKey({ expiry: { kind: "days", days: 1 } });
    core.advance(86_400_000 - 1);
    expect(await verdictOf(core, secret)).toBe("VALID");
    core.advance(1);
    expect(await verdictOf(core, secret)).toBe("EXPIRED");
  });

  it("TENANT_SUSPENDED", async () => {
    const { core, tenant, secret } = await openWithKey();
    expect(await verdictOf(core, secret)).toBe("VALID");
    await updateTenant(core, { actor: operator, tenantId: tenant.id, change: { status: "suspended" }, ifRevision: null });
    expect(await verdictOf(core, secret)).toBe("TENANT_SUSPENDED");
  });

  it("IP_NOT_ALLOWED and INSUFFICIENT_SCOPE", async () => {
    const { core, secret } = await openWithKey({ ipAllowlist: ["203.0.113.7"] });
    expect(await verdictOf(core, secret, { ip: "203.0.113.8" })).toBe("IP_NOT_ALLOWED");
    expect(await verdictOf(core, secret, { ip: "203.0.113.7", scopes: ["manage_contacts"] })).toBe("INSUFFICIENT_SCOPE");
    expect(await verdictOf(core, secret, { ip: "203.0.113.7", scopes: ["send_email"] })).toBe("VALID");
  });

  it("RATE_LIMITED and QUOTA_EXCEEDED, which consume nothing", async () => {
    const { core, secret } = await openWithKey({ rateLimit: { limit: 3, windowSeconds: 3600 }, monthlyQuota: 2 });
    const verdicts = [];
    for (let i = 0; i < 4; i++) verdicts.push(await verdictOf(core, secret));
    expect(verdicts).toEqual(["VALID", "VALID", "QUOTA_EXCEEDED", "QUOTA_EXCEEDED"]);
    expect(await verdictOf(core, secret, { cost: 2 })).toBe("RATE_LIMITED");
  });
});

describe("no stale key passes", () => {
  it("a process whose cache is old refuses from the moment that the change has resolved", async () => {
    const { core, key, secret } = await openWithKey();
    const others = [core.openVerifier(), core.openVerifier()];
    for (const other of others) expect(await verdictOf(other, secret)).toBe("VALID");
    await updateKey(core, { actor: operator, keyId: key.id, change: { scopes: ["read_analytics"] }, ifRevision: null });
    for (const other of others) expect(await verdictOf(other, secret, { scopes: ["send_email"] })).toBe("INSUFFICIENT_SCOPE");
    await revokeKey(core, { actor: operator, keyId: key.id, reason: null });
    for (const other of others) expect(await verdictOf(other, secret)).toBe("REVOKED");
  });

  it("a reader that is slower than a revocation cannot install what it read", async () => {
    const { core, key, secret } = await openWithKey();
    await verdictOf(core, secret);
    const slow = core.openVerifier();
    const gate: { release: () => void } = { release: () => {} };
    const held = new Promise<void>((resolve) => {
      gate.release = resolve;
    });
    const reading: { begun: () => void } = { begun: () => {} };
    const begun = new Promise<void>((resolve) => {
      reading.begun = resolve;
    });
    const load: typeof slow.records.load = async (names) => {
      const record = await slow.records.load(names);
      reading.begun();
      await held;
      return record;
    };
    const verdict = verdictOf({ ...slow, records: { peek: () => undefined, load } }, secret);
    await begun;
    await revokeKey(core, { actor: operator, keyId: key.id, reason: null });
    gate.release();
    expect(await verdict).toBe("REVOKED");
  });

  it("regenerating without grace ends every older secret at once; with grace the last one goes on until it ends", async () => {
    const { core, key, secret: first } = await openWithKey();
    const regenerate = async (graceSeconds: number) =>
      (await regenerateKey(core, { actor: operator, keyId: key.id, graceSeconds, ifRevision: null, idempotency: null })).result.secret;
    const other = core.openVerifier();
    expect(await verdictOf(other, first)).toBe("VALID");
    const second = await regenerate(3600);
    expect([await verdictOf(other, first), await verdictOf(other, second)]).toEqual(["VALID", "VALID"]);
    const third = await regenerate(3600);
    expect([await verdictOf(other, first), await verdictOf(other, second), await verdictOf(other, third)]).toEqual(["EXPIRED", "VALID", "VALID"]);
    const fourth = await regenerate(0);
    expect([await verdictOf(other, second), await verdictOf(other, third), await verdictOf(other, fourth)]).toEqual(["EXPIRED", "EXPIRED", "VALID"]);
    expect(await verdictOf(core.openVerifier(), fourth)).toBe("VALID");
  });
});

describe("first use", () => {
  it("100 at once: one bcrypt comparison", async () => {
    const { core, secret } = await openWithKey();
    const verdicts = await Promise.all(Array.from({ length: 100 }, () => verdictOf(core, secret)));
    expect(new Set(verdicts)).toEqual(new Set(["VALID"]));
    expect(core.seen.compares).toBe(1);
    await verdictOf(core.openVerifier(), secret);
    expect(core.seen.compares).toBe(1);
  });
});

describe("no single store can mint or widen a key", () => {
  it("a row without its hash is refused and audited", async () => {
    const { core, key, secret } = await openWithKey();
    await core.secretStore.destroy(secretPath(key));
    expect(await verdictOf(core, secret)).toBe("NOT_FOUND");
    expect(core.seen.tampered).toMatchObject([{ type: "key", id: key.id }]);
    const { items } = await core.store.audit.list({ action: "key.tampering_refused" }, { limit: 10, after: null });
    expect(items).toMatchObject([{ targetId: key.id, actorType: "system" }]);
  });

  it("a row with the hash of another key is refused", async () => {
    const { core, key, tenant, secret } = await openWithKey();
    const other = await issue(core, tenant.id);
    const entry = await core.secretStore.read(secretPath(key));
    const [secretId = ""] = Object.keys(entry?.data ?? {});
    const foreign = Object.values((await core.secretStore.read(secretPath(other.details.key)))?.data ?? {})[0] ?? "";
    await core.secretStore.write(secretPath(key), { [secretId]: foreign }, entry?.version ?? 0);
    expect(await verdictOf(core, secret)).toBe("NOT_FOUND");
  });

  it.each([
    ["scopes widened", { scopes: ["send_email", "admin"] }],
    ["revival", { state: "active" as const, revision: 9 }],
    ["expiry moved", { expiresAtMs: null }],
    ["allow-list emptied", { ipAllowlist: [], revision: 5 }],
    ["limit raised", { rateLimit: { limit: 1_000_000, windowSeconds: 1 } }],
    ["moved to another tenant", { tenantId: "ten_other" }],
  ])("a row edited behind Keywright's back is refused: %s", async (_, edit) => {
    const { core, key, secret } = await openWithKey({ ipAllowlist: ["203.0.113.7"], rateLimit: { limit: 2, windowSeconds: 60 } });
    expect(await verdictOf(core, secret, { ip: "203.0.113.7" })).toBe("VALID");
    const stored = await core.store.keys.find(key.id);
    if (stored === undefined) return expect.unreachable();
    await core.store.keys.update({ row: { ...stored.key.row, ...edit }, tag: stored.key.tag });
    expect(await verdictOf(core.openVerifier(), secret, { ip: "203.0.113.7" })).toBe("NOT_FOUND");
    expect(core.seen.tampered.length).toBe(1);
  });

  it("a secret's row that claims to be proved is refused, and so is an edited tenant", async () => {
    const { core, key, tenant, secret } = await openWithKey();
    const stored = await core.store.keys.find(key.id);
    const row = stored?.secrets[0];
    if (row === undefined) return expect.unreachable();
    await core.store.keys.updateSecret({ row: { ...row.row, proved: true }, tag: row.tag });
    expect(await verdictOf(core, secret)).toBe("NOT_FOUND");
    await core.store.keys.updateSecret(row);
    const signed = await core.store.tenants.find(tenant.id);
    if (signed === undefined) return expect.unreachable();
    await core.store.tenants.update({ row: { ...signed.row, rateLimit: { limit: 1_000_000, windowSeconds: 1 } }, tag: signed.tag });
    expect(await verdictOf(core.openVerifier(), secret)).toBe("NOT_FOUND");
  });
});
