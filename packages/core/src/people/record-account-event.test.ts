import { beforeEach, expect, it } from "vitest";
import { createMember } from "../tenants/members.ts";
import { createTenant } from "../tenants/tenants.ts";
import { type Core, openCore, operator } from "../testing/open-core.ts";
import { linkAccount } from "./link-account.ts";
import { recordAccountEvent } from "./record-account-event.ts";

const ada = { accountId: "acc_ada", email: "ada@example.com", name: "Ada", isOperator: false };
const origin = { ip: "203.0.113.7", requestId: "req_1" };
const page = { limit: 50, after: null };

let core: Core;
beforeEach(async () => {
  core = await openCore();
});

const joinTenant = async (name: string): Promise<string> => {
  const { id } = await createTenant(core, { actor: operator, name, tier: "pro", rateLimit: null, idempotency: null });
  await createMember(core, { actor: operator, tenantId: id, email: ada.email, name: "Ada", role: "viewer", idempotency: null });
  await linkAccount(core, { signedIn: ada, ...origin });
  return id;
};

it("tells every tenant of the member, and no other, who did what from where", async () => {
  const own = [await joinTenant("One"), await joinTenant("Two")];
  const { id: other } = await createTenant(core, { actor: operator, name: "Other", tier: "pro", rateLimit: null, idempotency: null });
  await recordAccountEvent(core, { action: "account.signed_in", accountId: ada.accountId, after: { by: "password" }, ...origin });
  const { items } = await core.store.audit.list({ action: "account.signed_in" }, page);
  expect(items.map(({ tenantId }) => tenantId).sort()).toEqual(own.toSorted());
  for (const entry of items) {
    expect(entry).toMatchObject({ actorType: "account", actorId: "acc_ada", targetType: "account", targetId: "acc_ada", after: { by: "password" }, ...origin });
  }
  expect((await core.store.audit.list({ tenantId: other, action: "account.signed_in" }, page)).items).toEqual([]);
});

it("tells the operator alone of who is in no tenant, and of who is not known", async () => {
  await recordAccountEvent(core, { action: "account.signed_out", accountId: "acc_root", ...origin });
  await recordAccountEvent(core, { action: "account.sso_refused", accountId: null, reason: "it answers access_denied", ...origin });
  const { items } = await core.store.audit.list({}, page);
  expect(items.map(({ tenantId, actorId, targetId, reason }) => [tenantId, actorId, targetId, reason])).toEqual([
    [null, null, "unknown", "it answers access_denied"],
    [null, "acc_root", "acc_root", null],
  ]);
});
