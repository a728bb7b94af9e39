import { accountPermissions, permissionIds, rolePermissions } from "@keywright/contract";
import { describe, expect, it } from "vitest";
import type { Member } from "../model/tenant.ts";
import { createMember } from "../tenants/members.ts";
import { createTenant, updateTenant } from "../tenants/tenants.ts";
import { openCore, operator } from "../testing/open-core.ts";
import { authorizePerson } from "./authorize-person.ts";
import { linkAccount } from "./link-account.ts";
import type { SignedIn } from "./signed-in.ts";

const ada: SignedIn = { accountId: "account-1", email: "ada@example.com", name: "Ada", isOperator: false };
const from = { ip: "203.0.113.7", requestId: "req_1" };

const open = async () => {
  const core = await openCore();
  const newTenant = () => createTenant(core, { actor: operator, name: "Acme", tier: "pro", rateLimit: null, idempotency: null });
  const join = async (tenantId: string, role: Member["role"]) => {
    const member = await createMember(core, { actor: operator, tenantId, email: ada.email, name: ada.name, role, idempotency: null });
    await linkAccount(core, { signedIn: ada, ...from });
    return member;
  };
  const ask = (tenantId?: string, permission: (typeof permissionIds)[number] = "keys:read", signedIn = ada) =>
    authorizePerson(core, { signedIn, tenantId, permission, ...from });
  return { core, newTenant, join, ask };
};

describe("a person who has signed in", () => {
  it("acts as the member that they are, of the only tenant or of the one named", async () => {
    const { newTenant, join, ask } = await open();
    const [one, other] = [await newTenant(), await newTenant()];
    const member = await join(one.id, "developer");
    expect((await ask()).actor).toEqual({
      type: "member",
      id: member.id,
      memberId: member.id,
      tenantId: one.id,
      role: "developer",
      scopes: [],
      signedIn: ada,
      ...from,
    });
    await join(other.id, "viewer");
    expect((await ask(other.id)).actor).toMatchObject({ tenantId: other.id, role: "viewer" });
    await expect(ask()).rejects.toMatchObject({ code: "INVALID_REQUEST", fields: [{ pointer: "/tenant_id" }] });
  });

  it("meets a tenant that they are no member of as one that is not there", async () => {
    const { newTenant, join, ask } = await open();
    const [one, other] = [await newTenant(), await newTenant()];
    await expect(ask()).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
    await join(one.id, "owner");
    const strange = await ask(other.id).catch((error: unknown) => error);
    const absent = await ask("ten_0000000000000000000001").catch((error: unknown) => error);
    expect(strange).toMatchObject({ code: "NOT_FOUND" });
    expect(strange).toEqual(absent);
  });

  it.each(["owner", "admin", "developer", "viewer"] as const)("may as %s what the role's row says, and nothing else", async (role) => {
    const { newTenant, join, ask } = await open();
    await join((await newTenant()).id, role);
    for (const permission of permissionIds) {
      const outcome = await ask(undefined, permission).then(
        () => "allowed",
        (error: { code: string }) => error.code,
      );
      const isAllowed = accountPermissions.includes(permission) || rolePermissions[role].includes(permission);
      expect([permission, outcome]).toEqual([permission, isAllowed ? "allowed" : "PERMISSION_DENIED"]);
    }
  });

  it("is refused while the tenant is suspended", async () => {
    const { core, newTenant, join, ask } = await open();
    const tenant = await newTenant();
    await join(tenant.id, "owner");
    await updateTenant(core, { actor: operator, tenantId: tenant.id, change: { status: "suspended" }, ifRevision: null });
    await expect(ask()).rejects.toMatchObject({ code: "TENANT_SUSPENDED" });
  });

  it("acts as an operator in no tenant, with everything but verification", async () => {
    const { ask } = await open();
    const root = { ...ada, isOperator: true };
    expect((await ask("ten_0000000000000000000001", "tenants:write", root)).actor).toMatchObject({ type: "operator", id: "account-1", tenantId: null });
    await expect(ask(undefined, "verify", root)).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
  });
});

describe("linking an account", () => {
  it("takes the members created for the verified address, once, and tells the audit log", async () => {
    const { core, newTenant, join } = await open();
    const tenant = await newTenant();
    const member = await join(tenant.id, "viewer");
    expect(await core.store.members.find(member.id)).toMatchObject({ accountId: ada.accountId });
    const thief = { ...ada, accountId: "account-2" };
    expect(await linkAccount(core, { signedIn: thief, ...from })).toEqual([]);
    expect(await core.store.members.find(member.id)).toMatchObject({ accountId: ada.accountId });
    const { items } = await core.store.audit.list({ action: "member.linked" }, { limit: 10, after: null });
    expect(items).toMatchObject([{ tenantId: tenant.id, actorType: "account", actorId: ada.accountId, targetId: member.id }]);
  });

  it("leaves members of another address alone", async () => {
    const { core, newTenant } = await open();
    const tenant = await newTenant();
    const other = await createMember(core, { actor: operator, tenantId: tenant.id, email: "bob@example.com", name: "B", role: "owner", idempotency: null });
    expect(await linkAccount(core, { signedIn: ada, ...from })).toEqual([]);
    expect(await core.store.members.find(other.id)).toMatchObject({ accountId: null });
  });
});
