import { describe, expect, it, vi } from "vitest";
import type { Credential } from "./authenticate.ts";
import { Unavailable } from "./errors.ts";
import { createKey } from "./keys/create-key.ts";
import { revokeKey, revokeRootKey } from "./keys/revoke-key.ts";
import { createRootKey } from "./keys/root-keys.ts";
import { Secret } from "./model/secret.ts";
import type { KeyRecord } from "./ports/key-records.ts";
import { createTenant } from "./tenants/tenants.ts";
import { type Core, openCore, operator } from "./testing/open-core.ts";
import { type VerifyCommand, type VerifyOutcome, verify } from "./verify.ts";
import { type AtOnce, type Caller, verifyAllAtOnce, verifyEachAtOnce } from "./verify-at-once.ts";

const credentialOf = (secret: Secret, permission: Credential["permission"] = "verify"): Credential => ({
  secret,
  permission,
  ip: null,
  requestId: "req_1",
  endpoint: "POST /api/v1/verify",
});
const commandFor = (key: Secret): VerifyCommand => ({ key, scopes: ["send_email"], ip: null, endpoint: "-", cost: 1, dryRun: false });

const open = async () => {
  const core = await openCore();
  const tenant = await createTenant(core, { actor: operator, name: "Acme", tier: "enterprise", rateLimit: null, idempotency: null });
  const issued = await createKey(core, {
    actor: operator,
    idempotency: null,
    command: {
      tenantId: tenant.id,
      name: "k",
      scopes: ["send_email"],
      environment: "live",
      expiry: { kind: "default" },
      ipAllowlist: [],
      rateLimit: { limit: 5, windowSeconds: 3_600 },
      monthlyQuota: null,
      ownerId: undefined,
      metadata: {},
    },
  });
  const root = await createRootKey(core, { actor: operator, name: "gateway", permissions: ["verify"], idempotency: null });
  const warm = async (deps: Core) => {
    await verify(deps, "platform", commandFor(root.secret));
    await verify(deps, "platform", { ...commandFor(issued.secret), dryRun: true });
  };
  await warm(core);
  return { core, warm, root, key: issued.details.key, secret: issued.secret };
};

type Verifier = Parameters<typeof verifyEachAtOnce>[0];

/** What each is told, by its place, once it is known. */
const askEach = async (deps: Verifier, credential: Caller, commands: readonly VerifyCommand[]): Promise<readonly (VerifyOutcome | undefined)[]> => {
  const told = await new Promise<Map<number, AtOnce>>((resolve) => {
    const all = new Map<number, AtOnce>();
    verifyEachAtOnce(deps, { credential, commands }, (place, atOnce) => {
      expect(all.has(place)).toBe(false);
      if (all.set(place, atOnce).size === commands.length) resolve(all);
    });
  });
  return Promise.all(commands.map(async (_, place) => told.get(place)));
};
const ask = async (deps: Verifier, credential: Caller, command: VerifyCommand): Promise<VerifyOutcome | undefined> =>
  (await askEach(deps, credential, [command]))[0];

/** The same, where the record of this key in memory is another in this. */
const knowing = (core: Core, id: string, other: Partial<KeyRecord>): Core => {
  const peek: Core["records"]["peek"] = (mark) => {
    const record = core.records.peek(mark);
    return record?.id === id ? { ...record, ...other } : record;
  };
  return { ...core, records: { ...core.records, peek } };
};

describe("two keys in one step", () => {
  it("answers what the long way answers, and asks the ledger once", async () => {
    const { core, root, secret } = await open();
    const alone = vi.spyOn(core.ledger, "spend");
    const behind = vi.spyOn(core.ledger, "spendEachBehind");
    const outcome = await ask(core, credentialOf(root.secret), commandFor(secret));
    expect(outcome).toMatchObject({ verdict: "VALID", spent: { key: { remaining: 4 } } });
    expect([alone.mock.calls.length, behind.mock.calls.length]).toEqual([0, 1]);
    expect(await verify(core, "api", { ...commandFor(secret), dryRun: true })).toMatchObject({ verdict: "VALID", spent: { key: { remaining: 4 } } });
  });

  it("leaves everything to the long way where a key is not in memory or not proved, or the caller may not call, needs a budget, or is an API key", async () => {
    const { core, root, key, secret } = await open();
    const behind = vi.spyOn(core.ledger, "spendEachBehind");
    const cold = core.openVerifier();
    expect(await ask(cold, credentialOf(root.secret), commandFor(secret))).toBeUndefined();
    await verify(cold, "platform", commandFor(root.secret));
    expect(await ask(cold, credentialOf(root.secret), commandFor(secret))).toBeUndefined();
    expect(await ask(knowing(core, key.id, { unproved: "sec_1" }), credentialOf(root.secret), commandFor(secret))).toBeUndefined();
    const otherCallers: readonly Partial<KeyRecord>[] = [{ unproved: "sec_1" }, { rateLimit: { limit: 5, windowSeconds: 60 } }, { monthlyQuota: 5 }];
    for (const other of otherCallers) {
      expect(await ask(knowing(core, root.details.key.id, other), credentialOf(root.secret), commandFor(secret))).toBeUndefined();
    }
    expect(await ask(core, credentialOf(root.secret, "keys:write" as Credential["permission"]), commandFor(secret))).toBeUndefined();
    expect(await ask(core, credentialOf(secret), commandFor(secret))).toBeUndefined();
    expect(await ask(core, credentialOf(new Secret("pm_root_nonsense")), commandFor(secret))).toBeUndefined();
    expect(behind).not.toHaveBeenCalled();
  });

  it("charges nothing for a caller that was revoked in another process", async () => {
    const { core, warm, root, secret } = await open();
    const other = { ...core, ...core.openVerifier() };
    await warm(other);
    await revokeRootKey(core, { actor: operator, keyId: root.details.key.id, reason: null });
    expect(await ask(other, credentialOf(root.secret), commandFor(secret))).toBeUndefined();
    expect(await verify(other, "api", commandFor(secret))).toMatchObject({ spent: { key: { remaining: 4 } } });
  });

  it("gives the verdict of now for a key that was revoked in another process", async () => {
    const { core, warm, root, key, secret } = await open();
    const other = { ...core, ...core.openVerifier() };
    await warm(other);
    await revokeKey(core, { actor: operator, keyId: key.id, reason: null });
    expect(await ask(other, credentialOf(root.secret), commandFor(secret))).toMatchObject({ verdict: "REVOKED" });
  });

  it("answers a malformed key without the ledger, to a caller that is known", async () => {
    const { core, root } = await open();
    const spent = [vi.spyOn(core.ledger, "spend"), vi.spyOn(core.ledger, "spendEachBehind")];
    expect(await ask(core, credentialOf(root.secret), commandFor(new Secret("pm_live_nonsense")))).toMatchObject({ verdict: "MALFORMED" });
    expect(await ask(core, credentialOf(root.secret), commandFor(root.secret))).toMatchObject({ verdict: "MALFORMED" });
    for (const call of spent) expect(call).not.toHaveBeenCalled();
  });
});

describe("several verifications of one caller", () => {
  it("answers each as it is answered alone, and asks the ledger once for those that need it", async () => {
    const { core, root, secret } = await open();
    const spent = vi.spyOn(core.ledger, "spendEachBehind");
    const malformed = commandFor(new Secret("pm_live_nonsense"));
    const outcomes = await askEach(core, credentialOf(root.secret), [
      malformed,
      ...Array.from({ length: 6 }, () => commandFor(secret)),
      commandFor(root.secret),
    ]);
    expect(outcomes.map((outcome) => outcome?.verdict)).toEqual(["MALFORMED", ...Array.from({ length: 5 }, () => "VALID"), "RATE_LIMITED", "MALFORMED"]);
    expect(spent.mock.calls.map(([, requests]) => requests.length)).toEqual([6]);
    expect(await askEach(core, credentialOf(root.secret), [malformed])).toMatchObject([{ verdict: "MALFORMED" }]);
    expect(spent).toHaveBeenCalledTimes(1);
  });

  it("leaves those to the long way whose key is not in memory, and all of them where the caller is not, or may not call", async () => {
    const { core, root, secret } = await open();
    const { secret: unread } = await open();
    expect(await askEach(core, credentialOf(root.secret), [commandFor(secret), commandFor(unread)])).toMatchObject([{ verdict: "VALID" }, undefined]);
    expect(await askEach(core, credentialOf(secret), [commandFor(secret), commandFor(secret)])).toEqual([undefined, undefined]);
    expect(await askEach({ ...core, ...core.openVerifier() }, credentialOf(root.secret), [commandFor(secret)])).toEqual([undefined]);
    expect(await verify(core, "api", { ...commandFor(secret), dryRun: true })).toMatchObject({ spent: { key: { remaining: 4 } } });
  });

  it("charges nothing for a caller that was revoked in another process, and gives the verdict of now for a key that was", async () => {
    const { core, warm, root, key, secret } = await open();
    const other = { ...core, ...core.openVerifier() };
    await warm(other);
    await revokeKey(core, { actor: operator, keyId: key.id, reason: null });
    expect(await askEach(other, credentialOf(root.secret), [commandFor(secret), commandFor(secret)])).toMatchObject([
      { verdict: "REVOKED" },
      { verdict: "REVOKED" },
    ]);
    await revokeRootKey(core, { actor: operator, keyId: root.details.key.id, reason: null });
    expect(await askEach(other, credentialOf(root.secret), [commandFor(secret)])).toEqual([undefined]);
  });

  it("says of each that the ledger is out of reach, and of those alone that it has not settled", async () => {
    const { core, root, secret } = await open();
    const lost = new Unavailable("ledger", new Error("The batch is lost."));
    const settle = vi.spyOn(core.ledger, "spendEachBehind").mockRejectedValueOnce(lost);
    const askTwice = () => {
      const told: AtOnce[] = [];
      return new Promise<readonly PromiseSettledResult<VerifyOutcome | undefined>[]>((resolve) =>
        verifyEachAtOnce(core, { credential: credentialOf(root.secret), commands: [commandFor(secret), commandFor(secret)] }, (_place, atOnce) => {
          if (told.push(atOnce) === 2) resolve(Promise.allSettled(told.map(async (one) => one)));
        }),
      );
    };
    expect((await askTwice()).map((one) => one.status === "rejected" && one.reason)).toEqual([lost, lost]);
    const result = { state: "DONE", outcome: "VALID", key: null, pool: null, quota: null } as const;
    settle.mockResolvedValueOnce([lost, result]);
    expect(await askTwice()).toMatchObject([{ reason: lost }, { value: { verdict: "VALID" } }]);
  });
});

describe("several keys in one step with their caller", () => {
  it("answers each as it is answered alone, and asks the ledger once", async () => {
    const { core, root, secret } = await open();
    const spent = [vi.spyOn(core.ledger, "spend"), vi.spyOn(core.ledger, "spendAll")];
    const outcomes = await verifyAllAtOnce(core, credentialOf(root.secret), [commandFor(secret), { ...commandFor(secret), scopes: ["manage_contacts"] }]);
    expect(outcomes).toMatchObject([{ verdict: "VALID", spent: { key: { remaining: 4 } } }, { verdict: "INSUFFICIENT_SCOPE" }]);
    for (const call of spent) expect(call).not.toHaveBeenCalled();
  });

  it("leaves everything to the long way where one key is not in memory, or not proved, or is none, or the caller may not call", async () => {
    const { core, root, key, secret } = await open();
    const cold = core.openVerifier();
    expect(verifyAllAtOnce(cold, credentialOf(root.secret), [commandFor(secret)])).toBeUndefined();
    await verify(cold, "platform", commandFor(root.secret));
    expect(verifyAllAtOnce(cold, credentialOf(root.secret), [commandFor(secret)])).toBeUndefined();
    expect(verifyAllAtOnce(core, credentialOf(root.secret), [commandFor(secret), commandFor(new Secret("pm_live_nonsense"))])).toBeUndefined();
    expect(verifyAllAtOnce(core, credentialOf(root.secret), [commandFor(secret), commandFor(root.secret)])).toBeUndefined();
    expect(verifyAllAtOnce(knowing(core, key.id, { unproved: "sec_1" }), credentialOf(root.secret), [commandFor(secret)])).toBeUndefined();
    expect(verifyAllAtOnce(core, credentialOf(secret), [commandFor(secret)])).toBeUndefined();
    expect(verifyAllAtOnce(core, credentialOf(root.secret, "keys:write" as Credential["permission"]), [commandFor(secret)])).toBeUndefined();
    expect(await verify(core, "api", commandFor(secret))).toMatchObject({ spent: { key: { remaining: 4 } } });
  });

  it("charges nothing for a caller that was revoked in another process", async () => {
    const { core, warm, root, secret } = await open();
    const other = { ...core, ...core.openVerifier() };
    await warm(other);
    await revokeRootKey(core, { actor: operator, keyId: root.details.key.id, reason: null });
    expect(await verifyAllAtOnce(other, credentialOf(root.secret), [commandFor(secret), commandFor(secret)])).toBeUndefined();
    expect(await verify(other, "api", commandFor(secret))).toMatchObject({ spent: { key: { remaining: 4 } } });
  });

  it("gives the verdict of now for a key that was revoked in another process", async () => {
    const { core, warm, root, key, secret } = await open();
    const other = { ...core, ...core.openVerifier() };
    await warm(other);
    await revokeKey(core, { actor: operator, keyId: key.id, reason: null });
    expect(await verifyAllAtOnce(other, credentialOf(root.secret), [commandFor(secret)])).toMatchObject([{ verdict: "REVOKED" }]);
  });
});
