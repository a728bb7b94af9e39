import { beforeEach, describe, expect, it } from "vitest";
import { createKey } from "../keys/create-key.ts";
import { getKey, listKeys } from "../keys/list-keys.ts";
import { regenerateKey } from "../keys/regenerate-key.ts";
import { revokeKey } from "../keys/revoke-key.ts";
import { updateKey } from "../keys/update-key.ts";
import type { Actor } from "../model/audit.ts";
import type { Member } from "../model/tenant.ts";
import { createMember } from "../tenants/members.ts";
import { createTenant } from "../tenants/tenants.ts";
import { type Core, openCore, operator } from "../testing/open-core.ts";
import { verify } from "../verify.ts";
import { changeRole } from "./change-role.ts";
import { removeMember } from "./remove-member.ts";
import { changeSettings } from "./settings.ts";
import { addTeamMember, createTeam, deleteTeam, removeTeamMember, renameTeam } from "./teams.ts";

const page = { limit: 50, after: null };

/** A tenant with one member of each role, and what a test does in their names. */
const openTenant = async (core: Core) => {
  const { id: tenantId } = await createTenant(core, { actor: operator, name: "Acme", tier: "pro", rateLimit: null, idempotency: null });
  const made = { count: 0 };
  const join = async (role: Member["role"]) => {
    made.count += 1;
    const email = `${role}${made.count}@example.com`;
    const member = await createMember(core, { actor: operator, tenantId, email, name: role, role, idempotency: null });
    const actor: Actor = { type: "member", id: member.id, memberId: member.id, tenantId, role, scopes: [], ip: null, requestId: null };
    return { ...member, actor };
  };
  const [owner, admin, developer, viewer] = [await join("owner"), await join("admin"), await join("developer"), await join("viewer")];
  const team = await createTeam(core, { actor: owner.actor, tenantId: undefined, name: "Mailing", idempotency: null });
  const makeKey = (actor: Actor, ownerId?: string, scopes: readonly string[] = ["send_email"]) => {
    const limits = { ipAllowlist: [], rateLimit: null, monthlyQuota: null, metadata: {} };
    const command = {
      tenantId: actor.tenantId === null ? tenantId : undefined,
      name: "k",
      scopes,
      environment: "live",
      ownerId,
      expiry: { kind: "default" },
      ...limits,
    } as const;
    return createKey(core, { actor, command, idempotency: null });
  };
  return { tenantId, owner, admin, developer, viewer, team, join, makeKey };
};

const isValid = async (core: Core, { secret: key }: Awaited<ReturnType<typeof createKey>>) =>
  (await verify(core, "api", { key, scopes: [], ip: null, endpoint: "-", cost: 1, dryRun: true })).verdict;

let core: Core;
let world: Awaited<ReturnType<typeof openTenant>>;
beforeEach(async () => {
  core = await openCore();
  world = await openTenant(core);
});

describe("a role's reach", () => {
  it("is for a developer their own keys and those of their teams, and no others", async () => {
    const { developer, admin, team, makeKey } = world;
    const own = await makeKey(developer.actor);
    expect(own.details.key.ownerId).toBe(developer.id);
    const others = await makeKey(admin.actor);
    const denied = { code: "PERMISSION_DENIED" };
    await expect(makeKey(developer.actor, admin.id)).rejects.toMatchObject(denied);
    await expect(makeKey(developer.actor, team.id)).rejects.toMatchObject(denied);
    const keyId = others.details.key.id;
    await expect(updateKey(core, { actor: developer.actor, keyId, change: { name: "x" }, ifRevision: null })).rejects.toMatchObject(denied);
    await expect(revokeKey(core, { actor: developer.actor, keyId, reason: null })).rejects.toMatchObject(denied);
    const regenerating = { actor: developer.actor, keyId, graceSeconds: 0, ifRevision: null, idempotency: null };
    await expect(regenerateKey(core, regenerating)).rejects.toMatchObject(denied);
    expect(await isValid(core, others)).toBe("VALID");
    await addTeamMember(core, { actor: admin.actor, teamId: team.id, memberId: developer.id });
    const teams = await makeKey(developer.actor, team.id);
    await removeTeamMember(core, { actor: admin.actor, teamId: team.id, memberId: developer.id });
    await expect(revokeKey(core, { actor: developer.actor, keyId: teams.details.key.id, reason: null })).rejects.toMatchObject(denied);
    await revokeKey(core, { actor: developer.actor, keyId: own.details.key.id, reason: null });
    await revokeKey(core, { actor: admin.actor, keyId: teams.details.key.id, reason: null });
  });

  it("ends where the member has become a viewer or is gone, also within a request that was authorised before", async () => {
    const { owner, developer, join, makeKey } = world;
    await changeRole(core, { actor: owner.actor, memberId: developer.id, role: "viewer" });
    await expect(makeKey(developer.actor)).rejects.toMatchObject({ code: "SCOPE_NOT_HELD" });
    const leaver = await join("developer");
    await removeMember(core, { actor: owner.actor, memberId: leaver.id, keys: undefined });
    await expect(makeKey(leaver.actor)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("a grant", () => {
  it.each([
    ["developer", ["read"], "made"],
    ["developer", ["write"], "SCOPE_NOT_HELD"],
    ["developer", ["admin"], "SCOPE_NOT_HELD"],
    ["admin", ["admin"], "made"],
    ["owner", ["admin"], "made"],
    ["viewer", ["send_email"], "SCOPE_NOT_HELD"],
  ] as const)("of a %s to a key with %s: %s", async (role, scopes, expected) => {
    const outcome = await world.makeKey(world[role].actor, undefined, scopes).then(
      () => "made",
      ({ code }: { code: string }) => code,
    );
    expect(outcome).toBe(expected);
  });

  it("of a developer is what the owners allow, of an admin all", async () => {
    const { owner, developer, admin, makeKey } = world;
    const settings = { actor: owner.actor, tenantId: undefined, ifRevision: null };
    await changeSettings(core, { ...settings, developerScopes: ["send_email"] });
    await makeKey(developer.actor);
    await expect(makeKey(developer.actor, undefined, ["read_analytics"])).rejects.toMatchObject({ code: "SCOPE_NOT_HELD" });
    await makeKey(admin.actor, undefined, ["read_analytics"]);
    await expect(changeSettings(core, { ...settings, developerScopes: ["fly"] })).rejects.toMatchObject({ fields: [{ pointer: "/developer_scopes/0" }] });
    await changeSettings(core, { ...settings, developerScopes: null });
    await makeKey(developer.actor, undefined, ["read_analytics"]);
  });

  it("is asked of whoever switches a key on again", async () => {
    const { admin, developer, makeKey } = world;
    const { key } = (await makeKey(admin.actor, developer.id, ["admin"])).details;
    const switching = (actor: Actor, enabled: boolean) => updateKey(core, { actor, keyId: key.id, change: { enabled }, ifRevision: null });
    await switching(developer.actor, false);
    await expect(switching(developer.actor, true)).rejects.toMatchObject({ code: "SCOPE_NOT_HELD" });
    await switching(admin.actor, true);
  });

  it("is asked of a member who loosens what bounds a key", async () => {
    const { admin, developer, makeKey } = world;
    const { key } = (await makeKey(admin.actor, developer.id, ["admin"])).details;
    const changing = (actor: Actor, change: Parameters<typeof updateKey>[1]["change"]) => updateKey(core, { actor, keyId: key.id, change, ifRevision: null });
    for (const change of [{ ipAllowlist: [] }, { expiry: { kind: "days", days: 365 } }, { rateLimit: null }, { monthlyQuota: null }] as const)
      await expect(changing(developer.actor, change)).rejects.toMatchObject({ code: "SCOPE_NOT_HELD" });
    await changing(developer.actor, { name: "renamed" });
    await changing(admin.actor, { rateLimit: null });
  });
});

describe("a change of role", () => {
  const change = (actor: Actor, memberId: string, role: Member["role"]) => changeRole(core, { actor, memberId, role });

  it("switches off the member's keys that the new role could not make, at once", async () => {
    const { owner, admin, makeKey } = world;
    const [wide, narrow] = [await makeKey(admin.actor, undefined, ["admin"]), await makeKey(admin.actor)];
    expect(await isValid(core, wide)).toBe("VALID");
    const { result, enforced } = await change(owner.actor, admin.id, "developer");
    expect([result.role, enforced]).toEqual(["developer", true]);
    expect(await isValid(core, wide)).toBe("DISABLED");
    expect(await isValid(core, narrow)).toBe("VALID");
    const { items } = await core.store.audit.list({ action: "member.role_changed" }, page);
    expect(items).toMatchObject([{ actorId: owner.id, targetId: admin.id, before: { role: "admin" }, after: { role: "developer" } }]);
  });

  it("is nobody's own, and owners are the owners' and the operators' to make", async () => {
    const { owner, admin, developer, tenantId, join } = world;
    const denied = { code: "PERMISSION_DENIED" };
    await expect(change(admin.actor, admin.id, "owner")).rejects.toMatchObject(denied);
    await expect(change(owner.actor, owner.id, "viewer")).rejects.toMatchObject(denied);
    await expect(change(admin.actor, developer.id, "owner")).rejects.toMatchObject(denied);
    await expect(change(admin.actor, owner.id, "viewer")).rejects.toMatchObject(denied);
    await expect(change(developer.actor, developer.id, "admin")).rejects.toMatchObject(denied);
    const adminKey: Actor = { type: "api_key", id: "key_1", tenantId, memberId: admin.id, scopes: ["admin"], ip: null, requestId: null };
    await expect(change(adminKey, admin.id, "owner")).rejects.toMatchObject(denied);
    await expect(change(adminKey, developer.id, "owner")).rejects.toMatchObject(denied);
    const person = { tenantId: undefined, email: "x@example.com", name: "X", role: "owner", idempotency: null } as const;
    for (const actor of [admin.actor, adminKey]) await expect(createMember(core, { ...person, actor })).rejects.toMatchObject(denied);
    await change(owner.actor, developer.id, "owner");
    await join("owner");
    await change(operator, developer.id, "viewer");
  });

  it("leaves an owner, also where two demote each other at once", async () => {
    const { owner, tenantId, join } = world;
    await expect(change(operator, owner.id, "admin")).rejects.toMatchObject({ code: "LAST_OWNER" });
    const second = await join("owner");
    const outcomes = await Promise.allSettled([change(owner.actor, second.id, "viewer"), change(second.actor, owner.id, "viewer")]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await core.store.members.countOwners(tenantId)).toBe(1);
  });
});

describe("a member who leaves", () => {
  it("leaves keys to be revoked or handed over, never to nobody", async () => {
    const { owner, developer, team, makeKey } = world;
    const key = await makeKey(developer.actor);
    const leave = (keys: Parameters<typeof removeMember>[1]["keys"]) => removeMember(core, { actor: owner.actor, memberId: developer.id, keys });
    await expect(leave(undefined)).rejects.toMatchObject({ code: "OWNS_KEYS" });
    await expect(leave({ teamId: "team_0000000000000000000001" })).rejects.toMatchObject({ fields: [{ pointer: "/keys/team_id" }] });
    expect(await isValid(core, key)).toBe("VALID");
    const { result } = await leave({ teamId: team.id });
    expect(result.keys.map(({ ownerId, revision }) => [ownerId, revision])).toEqual([[team.id, 2]]);
    const outcome = await verify(core, "api", { key: key.secret, scopes: [], ip: null, endpoint: "-", cost: 1, dryRun: true });
    expect([outcome.verdict, outcome.record?.ownerId]).toEqual(["VALID", team.id]);
    await expect(deleteTeam(core, owner.actor, team.id)).rejects.toMatchObject({ code: "OWNS_KEYS" });
  });

  it("has no key any more when the removal is answered, where they are revoked", async () => {
    const { owner, developer, makeKey } = world;
    const keys = [await makeKey(developer.actor), await makeKey(developer.actor)];
    for (const key of keys) expect(await isValid(core, key)).toBe("VALID");
    expect(await removeMember(core, { actor: owner.actor, memberId: developer.id, keys: "revoke" })).toMatchObject({ enforced: true });
    for (const key of keys) expect(await isValid(core, key)).toBe("REVOKED");
  });

  it("goes although a key of theirs was edited by hand, which stays refused and is not signed anew", async () => {
    const { owner, developer, team, makeKey } = world;
    const key = await makeKey(developer.actor);
    const stored = await core.store.keys.find(key.details.key.id);
    if (stored === undefined) throw new Error("The key is gone.");
    const edited = { ...stored.key, row: { ...stored.key.row, scopes: ["send_email", "admin"] } };
    await core.store.keys.update(edited);
    const { result } = await removeMember(core, { actor: owner.actor, memberId: developer.id, keys: { teamId: team.id } });
    expect(result.keys).toEqual([]);
    expect((await core.store.keys.find(edited.row.id))?.key).toEqual(edited);
    expect(await isValid(core, key)).toBe("NOT_FOUND");
  });

  it("goes by themselves, but hands over to their own teams alone, and removes nobody else", async () => {
    const { developer, viewer, admin, team, makeKey } = world;
    await makeKey(developer.actor);
    const leave = (keys: Parameters<typeof removeMember>[1]["keys"]) => removeMember(core, { actor: developer.actor, memberId: developer.id, keys });
    await expect(removeMember(core, { actor: developer.actor, memberId: viewer.id, keys: undefined })).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
    await expect(leave({ teamId: team.id })).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
    await addTeamMember(core, { actor: admin.actor, teamId: team.id, memberId: developer.id });
    await leave({ teamId: team.id });
    expect(await core.store.members.find(developer.id)).toBeUndefined();
  });

  it("is never the last owner, and no owner by an admin's hand", async () => {
    const { owner, admin, join } = world;
    const leave = (actor: Actor, memberId: string) => removeMember(core, { actor, memberId, keys: undefined });
    await expect(leave(owner.actor, owner.id)).rejects.toMatchObject({ code: "LAST_OWNER" });
    const second = await join("owner");
    await expect(leave(admin.actor, second.id)).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
    const outcomes = await Promise.allSettled([leave(owner.actor, owner.id), leave(second.actor, second.id)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });
});

describe("a team", () => {
  it("has 50 live keys at most, however many are made at once, and keeps what was handed over within that", async () => {
    const { admin, developer, owner, team, makeKey } = world;
    const results = await Promise.allSettled(Array.from({ length: 60 }, () => makeKey(admin.actor, team.id)));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(50);
    await makeKey(developer.actor);
    const handing = removeMember(core, { actor: owner.actor, memberId: developer.id, keys: { teamId: team.id } });
    await expect(handing).rejects.toMatchObject({ code: "KEY_LIMIT_REACHED" });
    expect(await core.store.members.find(developer.id)).toBeDefined();
  });

  it("is of one tenant: another's members, keys and callers do not meet it", async () => {
    const { team, admin, makeKey } = world;
    const other = await openTenant(core);
    await expect(addTeamMember(core, { actor: admin.actor, teamId: team.id, memberId: other.viewer.id })).rejects.toMatchObject({
      fields: [{ pointer: "/member_id" }],
    });
    await expect(addTeamMember(core, { actor: other.admin.actor, teamId: team.id, memberId: other.viewer.id })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(makeKey(admin.actor, other.team.id)).rejects.toMatchObject({ fields: [{ pointer: "/team_id" }] });
    await expect(renameTeam(core, { actor: other.owner.actor, teamId: team.id, name: "x" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(deleteTeam(core, other.owner.actor, team.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(changeRole(core, { actor: other.owner.actor, memberId: admin.id, role: "viewer" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(removeMember(core, { actor: other.owner.actor, memberId: admin.id, keys: "revoke" })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("bears a name that no other team of the tenant bears", async () => {
    const { owner, team } = world;
    const create = (name: string) => createTeam(core, { actor: owner.actor, tenantId: undefined, name, idempotency: null });
    await expect(create("MAILING")).rejects.toMatchObject({ code: "NAME_TAKEN" });
    const second = await create("Events");
    await expect(renameTeam(core, { actor: owner.actor, teamId: second.id, name: "mailing" })).rejects.toMatchObject({ code: "NAME_TAKEN" });
    expect(await renameTeam(core, { actor: owner.actor, teamId: team.id, name: "MAILING" })).toMatchObject({ name: "MAILING" });
    await deleteTeam(core, owner.actor, second.id);
    await create("Events");
  });
});

describe("an operator's look into a tenant's keys", () => {
  it("stands in the tenant's audit log, once a look; a member's does not", async () => {
    const { tenantId, owner, makeKey } = world;
    const { key } = (await makeKey(owner.actor)).details;
    const person: Actor = { ...operator, type: "operator", id: "account-9" };
    await listKeys(core, { actor: person, tenantId, filter: {}, page });
    await getKey(core, person, key.id);
    for (const actor of [owner.actor, operator]) await getKey(core, actor, key.id);
    const { items } = await core.store.audit.list({ tenantId, action: "keys.viewed" }, page);
    expect(items.map(({ actorType, actorId, targetId }) => [actorType, actorId, targetId])).toEqual([
      ["operator", "account-9", key.id],
      ["operator", "account-9", tenantId],
    ]);
  });
});
