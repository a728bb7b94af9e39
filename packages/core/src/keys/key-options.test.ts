import { describe, expect, it } from "vitest";
import type { Actor } from "../model/audit.ts";
import type { Member } from "../model/tenant.ts";
import { changeSettings } from "../people/settings.ts";
import { createMember } from "../tenants/members.ts";
import { createTenant } from "../tenants/tenants.ts";
import { openCore, operator } from "../testing/open-core.ts";
import { describeKeyOptions } from "./key-options.ts";

const scopes = { send_email: "Send e-mail.", read_analytics: "Read analytics.", write: "Change keys." };

describe("what may be chosen for a key", () => {
  it("is the operator's catalogue, and of it to grant what the caller may", async () => {
    const core = await openCore();
    const { id: tenantId } = await createTenant(core, { actor: operator, name: "Acme", tier: "pro", rateLimit: null, idempotency: null });
    const join = async (role: Member["role"]): Promise<Actor> => {
      const { id } = await createMember(core, { actor: operator, tenantId, email: `${role}@example.com`, name: role, role, idempotency: null });
      return { type: "member", id, memberId: id, tenantId, role, scopes: [], ip: null, requestId: null };
    };
    const owner = await join("owner");
    await changeSettings(core, { actor: owner, tenantId: undefined, ifRevision: null, developerScopes: ["send_email"] });
    const ask = (actor: Actor, named?: string) => describeKeyOptions({ ...core, policy: { ...core.policy, scopes } }, actor, named);
    const offered = async (actor: Actor, named?: string) => (await ask(actor, named)).filter(({ isGrantable }) => isGrantable).map(({ name }) => name);
    expect(await offered(owner)).toEqual(["send_email", "read_analytics", "write"]);
    expect(await offered(await join("developer"))).toEqual(["send_email"]);
    expect(await offered(operator, tenantId)).toEqual(["send_email", "read_analytics", "write"]);
    const viewer = await join("viewer");
    expect(await ask(viewer)).toEqual(Object.entries(scopes).map(([name, description]) => ({ name, description, isGrantable: false })));
    await expect(ask(operator, `ten_${"0".repeat(22)}`)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
