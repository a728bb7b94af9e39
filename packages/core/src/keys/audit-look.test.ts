import { expect, it } from "vitest";
import type { Actor } from "../model/audit.ts";
import { listInvitations } from "../people/invitations.ts";
import { createMember, getMember, listMembers } from "../tenants/members.ts";
import { createTenant } from "../tenants/tenants.ts";
import { openCore, operator } from "../testing/open-core.ts";

it("an operator's look at a tenant's people stands in the tenant's audit log; a root key's does not", async () => {
  const core = await openCore();
  const page = { limit: 50, after: null };
  const { id: tenantId } = await createTenant(core, { actor: operator, name: "Acme", tier: "pro", rateLimit: null, idempotency: null });
  const person = { tenantId, email: "ada@example.com", name: "Ada", role: "viewer", idempotency: null } as const;
  const member = await createMember(core, { actor: operator, ...person });
  const signedIn: Actor = { ...operator, type: "operator", id: "account-8" };
  for (const actor of [signedIn, operator]) {
    await listMembers(core, { actor, tenantId, page });
    await getMember(core, actor, member.id);
    await listInvitations(core, { actor, tenantId, page });
  }
  const { items } = await core.store.audit.list({ tenantId, actorId: "account-8" }, page);
  expect(items.map(({ action, targetId }) => [action, targetId])).toEqual([
    ["invitations.viewed", tenantId],
    ["members.viewed", member.id],
    ["members.viewed", tenantId],
  ]);
  expect((await core.store.chains.end(tenantId)).sequence).toBe(5);
});
