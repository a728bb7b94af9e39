import { expect, it, vi } from "vitest";
import { Unavailable } from "./errors.ts";
import { createKey } from "./keys/create-key.ts";
import { revokeKey } from "./keys/revoke-key.ts";
import type { Secret } from "./model/secret.ts";
import type { SpendResult } from "./ports/ledger.ts";
import { createTenant } from "./tenants/tenants.ts";
import { type Core, openCore, operator } from "./testing/open-core.ts";
import { recordAtHand, type VerifyCommand, verify } from "./verify.ts";
import { verifyAll } from "./verify-all.ts";

const commandFor = (key: Secret): VerifyCommand => ({ key, scopes: ["send_email"], ip: null, endpoint: "-", cost: 1, dryRun: false });

const open = async () => {
  const core = await openCore();
  const tenant = await createTenant(core, { actor: operator, name: "Acme", tier: "enterprise", rateLimit: null, idempotency: null });
  const issue = async (limit: number) => {
    const options = { tenantId: tenant.id, name: "k", scopes: ["send_email"], environment: "live", expiry: { kind: "default" }, ipAllowlist: [] } as const;
    const rest = { rateLimit: { limit, windowSeconds: 3_600 }, monthlyQuota: null, ownerId: undefined, metadata: {} };
    const issued = await createKey(core, { actor: operator, idempotency: null, command: { ...options, ...rest } });
    await verify(core, "api", { ...commandFor(issued.secret), dryRun: true });
    return issued;
  };
  return { core, issue };
};

const atHand = (core: Core, secrets: readonly Secret[]) =>
  secrets.map((secret) => {
    const command = commandFor(secret);
    const record = recordAtHand(core, command);
    if (record === undefined) throw new Error("The record of a key that was used is not at hand.");
    return { command, atHand: record };
  });

it("answers several keys as each is answered, in order, with one step of the ledger", async () => {
  const { core, issue } = await open();
  const [one, other] = [await issue(2), await issue(5)];
  const spent = vi.spyOn(core.ledger, "spend");
  const outcomes = await verifyAll(core, atHand(core, [one.secret, other.secret, one.secret, one.secret]));
  expect(outcomes.map(({ verdict, spent }) => [verdict, spent?.key?.remaining])).toEqual([
    ["VALID", 1],
    ["VALID", 4],
    ["VALID", 0],
    ["RATE_LIMITED", 0],
  ]);
  expect(outcomes.map(({ record }) => record?.id)).toEqual([one, other, one, one].map(({ details }) => details.key.id));
  expect(spent).not.toHaveBeenCalled();
});

it("reads anew what the ledger knows better, and charges nobody twice for it", async () => {
  const { core, issue } = await open();
  const [revoked, kept] = [await issue(5), await issue(5)];
  const known = atHand(core, [revoked.secret, kept.secret]);
  await revokeKey(core, { actor: operator, keyId: revoked.details.key.id, reason: null });
  expect((await verifyAll(core, known)).map(({ verdict }) => verdict)).toEqual(["REVOKED", "VALID"]);
  expect(await verify(core, "api", { ...commandFor(kept.secret), dryRun: true })).toMatchObject({ spent: { key: { remaining: 4 } } });
});

it("installs a key that the ledger has forgotten", async () => {
  const { core, issue } = await open();
  const { secret } = await issue(5);
  const known = atHand(core, [secret]);
  const lost: SpendResult = { state: "MISS", lease: "0:0" };
  vi.spyOn(core.ledger, "spendAll").mockResolvedValueOnce([lost]);
  expect(await verifyAll(core, known)).toMatchObject([{ verdict: "VALID", spent: { key: { remaining: 4 } } }]);
});

it("rejects where one of them was not settled, and where the ledger settles too few", async () => {
  const { core, issue } = await open();
  const { secret } = await issue(5);
  const known = atHand(core, [secret, secret]);
  const failure = new Unavailable("ledger");
  const stale: SpendResult = { state: "STALE" };
  const spendAll = vi.spyOn(core.ledger, "spendAll");
  spendAll.mockResolvedValueOnce([stale, failure]);
  await expect(verifyAll(core, known)).rejects.toBe(failure);
  spendAll.mockResolvedValueOnce([stale]);
  await expect(verifyAll(core, known)).rejects.toThrow(RangeError);
  spendAll.mockRejectedValueOnce(failure);
  await expect(verifyAll(core, known)).rejects.toBe(failure);
});
