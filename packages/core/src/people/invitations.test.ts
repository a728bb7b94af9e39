import { beforeEach, describe, expect, it } from "vitest";
import { createMemoryAttempts } from "../memory/memory-attempts.ts";
import { createMemoryMailer } from "../memory/memory-mailer.ts";
import type { Actor } from "../model/audit.ts";
import { Secret } from "../model/secret.ts";
import { createMember } from "../tenants/members.ts";
import { createTenant, updateTenant } from "../tenants/tenants.ts";
import { openCore, operator } from "../testing/open-core.ts";
import { acceptInvitation } from "./accept-invitation.ts";
import { authorizePerson } from "./authorize-person.ts";
import { invitationLifeMs, invite, listInvitations, resendInvitation, withdrawInvitation } from "./invitations.ts";
import { createTeam, listTeamMembers } from "./teams.ts";

const grace = { accountId: "account-grace", email: "Grace@example.com", name: "Grace", isOperator: false };
const page = { limit: 50, after: null };

const open = async () => {
  const core = await openCore();
  const mailer = createMemoryMailer();
  const deps = {
    ...core,
    mailer,
    attempts: createMemoryAttempts(core.clock),
    invitationLink: (token: Secret) => `https://keys.example.com/#token=${token.reveal()}`,
  };
  const { id: tenantId } = await createTenant(core, { actor: operator, name: "Acme & <Sons>", tier: "pro", rateLimit: null, idempotency: null });
  const team = await createTeam(core, { actor: operator, tenantId, name: "Mailing", idempotency: null });
  const send = (change: Partial<Parameters<typeof invite>[1]> = {}) =>
    invite(deps, { actor: operator, tenantId, email: "grace@example.com", role: "developer", teamIds: [team.id], idempotency: null, ...change });
  /** The token of the last mail. */
  const token = () => new Secret(/#token=([0-9a-f]{64})\n/.exec(mailer.sent.at(-1)?.text ?? "")?.[1] ?? "");
  const accept = async (given = token(), signedIn = grace) => {
    const { actor } = await authorizePerson(core, { signedIn, tenantId: undefined, permission: "invitations:accept", ip: null, requestId: "req_1" });
    return acceptInvitation(core, { actor, token: given });
  };
  const actions = async () => (await core.store.audit.list({ tenantId }, page)).items.map(({ action }) => action);
  return { core, mailer, deps, tenantId, team, send, token, accept, actions };
};

let world: Awaited<ReturnType<typeof open>>;
beforeEach(async () => {
  world = await open();
});
const ended = { code: "INVITATION_ENDED" };

describe("an invitation", () => {
  it("makes the invited person a member, with role and teams, and says so to the audit log", async () => {
    const { core, tenantId, team, send, accept, actions } = world;
    await send();
    const member = await accept();
    expect(member).toMatchObject({ tenantId, role: "developer", email: "grace@example.com", name: "Grace", accountId: grace.accountId });
    expect((await listTeamMembers(core, { actor: operator, teamId: team.id, page })).items).toEqual([member]);
    expect((await authorizePerson(core, { signedIn: grace, tenantId, permission: "keys:write", ip: null, requestId: "r" })).actor.id).toBe(member.id);
    expect(await actions()).toEqual(["invitation.accepted", "member.created", "invitation.created", "team.created", "tenant.created"]);
  });

  it("is mailed to the address, with the tenant's name as text, and its token is kept nowhere", async () => {
    const { core, mailer, tenantId, send, token } = world;
    const made = await send();
    expect(mailer.sent).toMatchObject([{ to: "grace@example.com", subject: "Invitation to Acme & <Sons>" }]);
    expect(mailer.sent[0]?.html).toContain("Acme &amp; &lt;Sons&gt;");
    const kept = [await core.store.invitations.find(made.id), await core.store.audit.list({ tenantId }, page), made];
    expect(JSON.stringify(kept)).not.toContain(token().reveal());
  });

  it("works once, however many use it at once", async () => {
    const { send, accept, token } = world;
    await send();
    const outcomes = await Promise.allSettled([accept(token()), accept(token()), accept(token())]);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await expect(accept()).rejects.toMatchObject(ended);
  });

  it("works for seven days, and can be sent again with a link of its own", async () => {
    const { core, deps, send, accept, token } = world;
    const made = await send();
    const first = token();
    core.advance(invitationLifeMs);
    await expect(accept(first)).rejects.toMatchObject(ended);
    await resendInvitation(deps, operator, made.id);
    expect(token().reveal()).not.toBe(first.reveal());
    await expect(accept(first)).rejects.toMatchObject({ code: "NOT_FOUND" });
    core.advance(invitationLifeMs - 1);
    await accept(token());
  });

  it("is for the invited address alone; another account's attempt is audited and changes nothing", async () => {
    const { send, accept, token, actions } = world;
    await send();
    await expect(accept(token(), { ...grace, email: "mallory@example.com" })).rejects.toMatchObject({ code: "INVITED_ANOTHER" });
    expect((await actions())[0]).toBe("invitation.refused");
    await accept();
  });

  it("is accepted by people alone, and a token that is none is not there", async () => {
    const { core, send, accept, token } = world;
    await send();
    await expect(acceptInvitation(core, { actor: operator, token: token() })).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
    await expect(accept(new Secret("0".repeat(64)))).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("ends when it is withdrawn, and makes room for another", async () => {
    const { deps, send, accept, token } = world;
    const made = await send();
    const first = token();
    await expect(send()).rejects.toMatchObject({ code: "NAME_TAKEN" });
    await withdrawInvitation(deps, operator, made.id);
    await expect(accept(first)).rejects.toMatchObject(ended);
    await expect(withdrawInvitation(deps, operator, made.id)).rejects.toMatchObject(ended);
    await expect(resendInvitation(deps, operator, made.id)).rejects.toMatchObject(ended);
    await send();
    await accept();
    await expect(send()).rejects.toMatchObject({ code: "NAME_TAKEN" });
  });

  it("makes room for another when it has expired", async () => {
    const { core, send, accept } = world;
    await send();
    core.advance(invitationLifeMs);
    await send();
    await accept();
  });

  it("does not stand where its mail could not be sent", async () => {
    const { core, deps, tenantId, send } = world;
    const broken = { ...deps, mailer: { send: () => Promise.reject(new Error("no mail")) } };
    const request = { actor: operator, tenantId, email: "grace@example.com", role: "viewer", teamIds: [], idempotency: null } as const;
    await expect(invite(broken, request)).rejects.toThrow("no mail");
    const { items } = await listInvitations(core, { actor: operator, tenantId, page });
    expect(items.map(({ withdrawnAtMs }) => withdrawnAtMs !== null)).toEqual([true]);
    await send();
  });

  it("sends one mail for one idempotency key", async () => {
    const { mailer, send } = world;
    const idempotency = { scope: "s", fingerprint: "f" };
    const first = await send({ idempotency });
    expect(await send({ idempotency })).toEqual(first);
    expect(mailer.sent).toHaveLength(1);
  });

  it("links the member that stands under the address already, with the role that they have", async () => {
    const { core, tenantId, send, accept } = world;
    await send();
    const member = await createMember(core, { actor: operator, tenantId, email: "GRACE@example.com", name: "G", role: "viewer", idempotency: null });
    expect(await accept()).toMatchObject({ id: member.id, role: "viewer", accountId: grace.accountId });
  });

  it("is refused while the tenant is suspended", async () => {
    const { core, tenantId, send, accept } = world;
    await send();
    await updateTenant(core, { actor: operator, tenantId, change: { status: "suspended" }, ifRevision: null });
    await expect(accept()).rejects.toMatchObject({ code: "TENANT_SUSPENDED" });
  });

  it("is no way to more than the inviter's own: no owners by an admin, no teams of another tenant, nothing by a developer", async () => {
    const { core, deps, tenantId, send } = world;
    const actorOf = async (role: "admin" | "developer"): Promise<Actor> => {
      const { id } = await createMember(core, { actor: operator, tenantId, email: `${role}@example.com`, name: role, role, idempotency: null });
      return { type: "member", id, memberId: id, tenantId, role, scopes: [], ip: null, requestId: null };
    };
    const [admin, developer] = [await actorOf("admin"), await actorOf("developer")];
    await expect(send({ actor: admin, role: "owner" })).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
    await expect(send({ actor: developer, role: "viewer" })).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
    const other = await createTenant(core, { actor: operator, name: "Other", tier: "pro", rateLimit: null, idempotency: null });
    const strange = await createTeam(core, { actor: operator, tenantId: other.id, name: "Theirs", idempotency: null });
    await expect(send({ actor: admin, teamIds: [strange.id] })).rejects.toMatchObject({ fields: [{ pointer: "/team_ids/0" }] });
    const theirs = await send({ tenantId: other.id, teamIds: [strange.id] });
    for (const act of [resendInvitation, withdrawInvitation]) await expect(act(deps, admin, theirs.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("mails of invitations", () => {
  const tooMany = (seconds: number) => ({ code: "TOO_MANY_ATTEMPTS", retryAfterSeconds: seconds });

  it("are as many an hour as the policy allows a tenant, sent at once or one by one, and no more", async () => {
    const { core, mailer, send } = world;
    const outcomes = await Promise.allSettled(Array.from({ length: 12 }, (_, n) => send({ email: `p${n}@example.com` })));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(8);
    expect(mailer.sent).toHaveLength(8);
    core.advance(600_000);
    await expect(send()).rejects.toMatchObject(tooMany(3_000));
    core.advance(3_000_000);
    expect(await send()).toMatchObject({ email: "grace@example.com" });
  });

  it("are five an hour to one address, sent again or anew, by whatever tenants", async () => {
    const { core, deps, mailer, send } = world;
    const { id } = await send();
    for (let again = 0; again < 3; again++) await resendInvitation(deps, operator, id);
    const { id: other } = await createTenant(core, { actor: operator, name: "Other", tier: "pro", rateLimit: null, idempotency: null });
    await send({ tenantId: other, email: "GRACE@example.com", teamIds: [] });
    await expect(resendInvitation(deps, operator, id)).rejects.toMatchObject(tooMany(3_600));
    expect(mailer.sent).toHaveLength(5);
  });
});
