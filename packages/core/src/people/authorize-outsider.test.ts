import { permissionIds, rolePermissions } from "@keywright/contract";
import { describe, expect, it } from "vitest";
import { createKey } from "../keys/create-key.ts";
import { Secret } from "../model/secret.ts";
import type { OutsidePerson } from "../ports/outside-tokens.ts";
import { createMember } from "../tenants/members.ts";
import { createTenant, updateTenant } from "../tenants/tenants.ts";
import { openCore, operator } from "../testing/open-core.ts";
import { verify } from "../verify.ts";
import { authorizeOutsider } from "./authorize-outsider.ts";
import { linkAccount } from "./link-account.ts";

const from = { ip: "203.0.113.7", requestId: "req_1" };
const issuer = "https://login.example.com";

const open = async () => {
  const core = await openCore();
  const tenant = await createTenant(core, { actor: operator, name: "Acme", tier: "pro", rateLimit: null, idempotency: null });
  const ada: OutsidePerson = { issuer, subject: "user-7", email: "ada@example.com", name: "Ada", tenantId: tenant.id, role: "developer" };
  const call = (person: OutsidePerson | undefined, permission: (typeof permissionIds)[number] = "keys:read") =>
    authorizeOutsider(
      { ...core, outsideTokens: { verify: async (token) => (token === "the token" ? person : undefined) } },
      { token: new Secret("the token"), permission, ...from },
    );
  const members = async () => (await core.store.members.list(tenant.id, { limit: 100, after: null })).items;
  const audited = async () => (await core.store.audit.list({ tenantId: tenant.id }, { limit: 100, after: null })).items.map(({ action }) => action);
  const invite = (email: string) => createMember(core, { actor: operator, tenantId: tenant.id, email, name: "A", role: "viewer", idempotency: null });
  return { core, tenant, ada, call, members, audited, invite };
};

/** The look-up, as if nothing were there the first times. */
const answersAfter = <Given extends unknown[], T>(times: number, look: (...given: Given) => Promise<T | undefined>) => {
  const left = { times };
  return async (...given: Given): Promise<T | undefined> => (left.times-- > 0 ? undefined : look(...given));
};

describe("the bearer of another system's token", () => {
  it("is made a member on their first call, and is the same one from then on", async () => {
    const { tenant, ada, call, members, audited } = await open();
    const first = await call(ada);
    const [member, ...others] = await members();
    expect(others).toEqual([]);
    expect(member).toMatchObject({ email: "ada@example.com", name: "Ada", role: "developer", accountId: `${issuer} user-7` });
    expect(first).toEqual({
      actor: {
        type: "member",
        id: member?.id,
        memberId: member?.id,
        tenantId: tenant.id,
        role: "developer",
        scopes: [],
        signedIn: { accountId: `${issuer} user-7`, email: "ada@example.com", name: "Ada", isOperator: false },
        ...from,
      },
      spent: null,
    });
    expect(await call({ ...ada, email: null, name: null })).toMatchObject({ actor: { id: member?.id, signedIn: { email: "ada@example.com", name: "Ada" } } });
    expect(await audited()).toEqual(["member.created", "tenant.created"]);
  });

  it("is one member after many first calls at once", async () => {
    const { ada, call, members } = await open();
    const answers = await Promise.all(Array.from({ length: 20 }, () => call(ada)));
    expect(new Set(answers.map(({ actor }) => actor.id)).size).toBe(1);
    expect(await members()).toHaveLength(1);
  });

  it("is the member that another first call has made between two looks", async () => {
    const { core, ada, call, members } = await open();
    await call(ada);
    const [member] = await members();
    const blind: typeof core.store = {
      ...core.store,
      members: { ...core.store.members, findOfAccount: answersAfter(1, core.store.members.findOfAccount) },
      transaction: (work) => core.store.transaction((stores) => work({ ...stores, members: { ...stores.members, findOfAccount: async () => undefined } })),
    };
    const deps = { ...core, store: blind, outsideTokens: { verify: async () => ada } };
    const answer = await authorizeOutsider(deps, { token: new Secret("the token"), permission: "keys:read", ...from });
    expect(answer.actor.id).toBe(member?.id);
    expect(await members()).toHaveLength(1);
  });

  it("takes the place that was made for their verified address", async () => {
    const { ada, call, invite, members, audited } = await open();
    const waiting = await invite("ADA@example.com");
    expect(await call(ada)).toMatchObject({ actor: { id: waiting.id, role: "developer" } });
    expect(await members()).toMatchObject([{ id: waiting.id, accountId: `${issuer} user-7`, role: "developer" }]);
    expect(await audited()).toEqual(expect.arrayContaining(["member.linked", "member.role_changed"]));
  });

  it("takes nobody's place who signs in another way", async () => {
    const { core, ada, call, invite, members } = await open();
    const member = await invite("ada@example.com");
    await linkAccount(core, { signedIn: { accountId: "account-1", email: "ada@example.com", name: "Ada", isOperator: false }, ...from });
    await expect(call(ada)).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
    await expect(call({ ...ada, subject: "user-8" })).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
    expect(await members()).toMatchObject([{ id: member.id, accountId: "account-1", role: "viewer" }]);
  });

  it("has the role that the token gives, with each call", async () => {
    const { ada, call, members, audited } = await open();
    for (const role of ["owner", "viewer", "viewer", "admin"] as const) {
      expect(await call({ ...ada, role })).toMatchObject({ actor: { role } });
      expect(await members()).toMatchObject([{ role }]);
    }
    expect(await audited()).toEqual(["member.role_changed", "member.role_changed", "member.created", "tenant.created"]);
  });

  it("loses with a role the keys that are wider than the next one, as anybody does", async () => {
    const { core, ada, tenant, call, members } = await open();
    await call({ ...ada, role: "admin" });
    const [member] = await members();
    const make = async (scopes: readonly string[]) => {
      const limits = { ipAllowlist: [], rateLimit: null, monthlyQuota: null, metadata: {}, expiry: { kind: "default" } } as const;
      const command = { tenantId: tenant.id, name: "k", scopes, environment: "live", ownerId: member?.id, ...limits } as const;
      const { secret } = await createKey(core, { actor: operator, command, idempotency: null });
      return () => verify(core, "platform", { key: secret, scopes: [], ip: null, endpoint: "-", cost: 1, dryRun: true });
    };
    const [wide, narrow] = [await make(["write"]), await make(["send_email"])];
    expect([(await wide()).verdict, (await narrow()).verdict]).toEqual(["VALID", "VALID"]);
    expect(await call({ ...ada, role: "developer" })).toMatchObject({ actor: { role: "developer" } });
    expect([(await wide()).verdict, (await narrow()).verdict]).toEqual(["DISABLED", "VALID"]);
  });

  it("has the role that was given in Keywright where roles are no token's to give, a viewer's at first", async () => {
    const { core, ada, call, members } = await open();
    expect(await call({ ...ada, role: null })).toMatchObject({ actor: { role: "viewer" } });
    const [member] = await members();
    if (member === undefined) throw new Error("There is no member.");
    await core.store.members.update({ ...member, role: "admin" });
    expect(await call({ ...ada, role: null })).toMatchObject({ actor: { role: "admin" } });
  });

  it.each(["owner", "admin", "developer", "viewer"] as const)("may as %s what the role's row says, and nothing else", async (role) => {
    const { ada, call } = await open();
    for (const permission of permissionIds) {
      const outcome = await call({ ...ada, role }, permission).then(
        () => "allowed",
        (error: { code: string }) => error.code,
      );
      expect([permission, outcome]).toEqual([permission, rolePermissions[role].includes(permission) ? "allowed" : "PERMISSION_DENIED"]);
    }
  });

  it("is refused, and nothing is made of them, without a valid token, a tenant, a role or an address", async () => {
    const { core, ada, call, members } = await open();
    await expect(call(undefined)).rejects.toMatchObject({ code: "INVALID_CREDENTIAL" });
    await expect(call({ ...ada, tenantId: null })).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
    await expect(call({ ...ada, tenantId: "ten_0000000000000000000001" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(call({ ...ada, role: "none" })).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
    await expect(call({ ...ada, email: null })).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
    await updateTenant(core, { actor: operator, tenantId: ada.tenantId ?? "", change: { status: "suspended" }, ifRevision: null });
    await expect(call(ada)).rejects.toMatchObject({ code: "TENANT_SUSPENDED" });
    expect(await members()).toEqual([]);
  });
});
