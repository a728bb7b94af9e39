import { describe, expect, it } from "vitest";
import type { Member } from "../model/tenant.ts";
import { createMember } from "../tenants/members.ts";
import { createTenant, updateTenant } from "../tenants/tenants.ts";
import { openCore, operator } from "../testing/open-core.ts";
import { authorizePerson } from "./authorize-person.ts";
import { describeMe } from "./describe-me.ts";
import { linkAccount } from "./link-account.ts";
import type { SignedIn } from "./signed-in.ts";

const ada: SignedIn = { accountId: "account-1", email: "ada@example.com", name: "Ada", isOperator: false };
const from = { ip: "203.0.113.7", requestId: "req_1" };

const open = async () => {
  const core = await openCore();
  const join = async (email: string, role: Member["role"]) => {
    const tenant = await createTenant(core, { actor: operator, name: "Acme", tier: "pro", rateLimit: null, idempotency: null });
    const member = await createMember(core, { actor: operator, tenantId: tenant.id, email, name: "Ada", role, idempotency: null });
    await linkAccount(core, { signedIn: ada, ...from });
    return { tenant, member };
  };
  const ask = async (signedIn = ada) =>
    describeMe(core, (await authorizePerson(core, { signedIn, tenantId: undefined, permission: "account:read", ...from })).actor);
  return { core, join, ask };
};

describe("who is signed in", () => {
  it("is told of every tenant that they are a member of, and of no other", async () => {
    const { core, join, ask } = await open();
    expect(await ask()).toEqual({ signedIn: ada, memberships: [] });
    const first = await join(ada.email, "viewer");
    await join("bob@example.com", "owner");
    const second = await join(ada.email, "owner");
    await updateTenant(core, { actor: operator, tenantId: first.tenant.id, change: { status: "suspended" }, ifRevision: null });
    expect((await ask()).memberships).toMatchObject([
      { member: { id: second.member.id, role: "owner" }, tenant: { id: second.tenant.id, status: "active" } },
      { member: { id: first.member.id, role: "viewer" }, tenant: { id: first.tenant.id, status: "suspended" } },
    ]);
  });

  it("is an operator in no tenant, with their own account all the same", async () => {
    const { ask } = await open();
    const root = { ...ada, accountId: "account-2", isOperator: true };
    expect(await ask(root)).toEqual({ signedIn: root, memberships: [] });
  });

  it("is nobody where a root key asks", async () => {
    const { core } = await open();
    await expect(describeMe(core, operator)).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
  });
});
