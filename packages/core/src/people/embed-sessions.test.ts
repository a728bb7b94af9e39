import { embedPermissions, type MemberRole, memberRoles, permissionIds, rolePermissions } from "@keywright/contract";
import { beforeEach, describe, expect, it } from "vitest";
import type { Actor } from "../model/audit.ts";
import { Secret } from "../model/secret.ts";
import { createMember } from "../tenants/members.ts";
import { createTenant, updateTenant } from "../tenants/tenants.ts";
import { type Core, openCore, operator } from "../testing/open-core.ts";
import { authorizeEmbedded } from "./authorize-embedded.ts";
import { createEmbedSession, describeEmbedSession, endEmbedSession, isEmbedToken } from "./embed-sessions.ts";
import { removeMember } from "./remove-member.ts";

const origin = "https://app.example.com";
const minuteMs = 60_000;

let core: Core;
let tenantId: string;

const join = (role: MemberRole, at = tenantId) =>
  createMember(core, { actor: operator, tenantId: at, email: `${role}@example.com`, name: role, role, idempotency: null });
const mint = async (memberId: string, given: { readonly actor?: Actor; readonly tenantId?: string; readonly origin?: string } = {}) =>
  createEmbedSession(core, { actor: operator, tenantId, memberId, origin, lifetimeMs: 10 * minuteMs, ...given });
const ask = (token: Secret, permission: Parameters<typeof authorizeEmbedded>[1]["permission"] = "keys:read", embedder: string | undefined = origin) =>
  authorizeEmbedded(core, { token, embedder, permission, ip: "203.0.113.7", requestId: "req_1" });

beforeEach(async () => {
  core = await openCore();
  tenantId = (await createTenant(core, { actor: operator, name: "Acme", tier: "pro", rateLimit: null, idempotency: null })).id;
});

const bad = { code: "INVALID_CREDENTIAL" };

describe("an embed session", () => {
  it("makes its bearer the member that it is for, in their tenant", async () => {
    const { id } = await join("developer");
    const { session, token } = await mint(id);
    expect(isEmbedToken(token.reveal())).toBe(true);
    const { actor, spent } = await ask(token);
    expect([actor, spent]).toMatchObject([
      { type: "member", id, memberId: id, tenantId, role: "developer", embedSessionId: session.id, ip: "203.0.113.7" },
      null,
    ]);
    expect(await describeEmbedSession(core, actor)).toMatchObject({ session: { id: session.id, origin }, member: { id }, tenant: { id: tenantId } });
  });

  it.each(memberRoles)("opens to a member with the role %s what is about keys and their role allows, and nothing else", async (role) => {
    const { token } = await mint((await join(role)).id);
    for (const permission of permissionIds) {
      const isOpen = embedPermissions.includes(permission) && (permission === "embed:read" || rolePermissions[role].includes(permission));
      if (isOpen) await expect(ask(token, permission)).resolves.toBeDefined();
      else await expect(ask(token, permission)).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
    }
    await expect(
      ask(token, "keys:write")
        .then(() => "yes")
        .catch(() => "no"),
    ).resolves.toBe(role === "viewer" ? "no" : "yes");
  });

  it("is good for a frame in a page of its own origin alone", async () => {
    const { token } = await mint((await join("owner")).id);
    for (const embedder of ["https://other.example.com", "https://app.example.com.evil.example", "http://app.example.com", `${origin}/`, "null", ""])
      await expect(ask(token, "keys:read", embedder)).rejects.toMatchObject(bad);
    await expect(authorizeEmbedded(core, { token, embedder: undefined, permission: "keys:read", ip: null, requestId: "r" })).rejects.toMatchObject(bad);
    await expect(ask(token)).resolves.toBeDefined();
  });

  it("is for origins that the operator names, as long as they do", async () => {
    const { id } = await join("owner");
    await expect(mint(id, { origin: "https://evil.example" })).rejects.toMatchObject({ code: "INVALID_REQUEST", fields: [{ pointer: "/origin" }] });
    const { token } = await mint(id);
    const withdrawn = authorizeEmbedded(
      { ...core, policy: { embedOrigins: [] } },
      { token, embedder: origin, permission: "keys:read", ip: null, requestId: "r" },
    );
    await expect(withdrawn).rejects.toMatchObject(bad);
  });

  it("ends by its time, to the millisecond, and is deleted thereafter", async () => {
    const { session, token } = await mint((await join("owner")).id);
    core.advance(10 * minuteMs - 1);
    await expect(ask(token)).resolves.toBeDefined();
    core.advance(1);
    await expect(ask(token)).rejects.toMatchObject(bad);
    expect(await core.store.embedSessions.prune(core.clock.nowMs() + 1, 10)).toBe(1);
    expect(await core.store.embedSessions.find(session.id)).toBeUndefined();
  });

  it("ends when it is ended, once, and both is in the audit log without the token", async () => {
    const { id } = await join("owner");
    const { session, token } = await mint(id);
    await endEmbedSession(core, operator, session.id);
    await expect(ask(token)).rejects.toMatchObject(bad);
    await expect(endEmbedSession(core, operator, session.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    const { items } = await core.store.audit.list({ tenantId }, { limit: 2, after: null });
    const facts = { member_id: id, origin, expires_at_ms: session.expiresAtMs };
    expect(items).toMatchObject([
      { action: "embed_session.ended", targetType: "embed_session", targetId: session.id, before: facts },
      { action: "embed_session.created", targetType: "embed_session", targetId: session.id, after: facts },
    ]);
    expect(JSON.stringify(items)).not.toContain(token.reveal().slice(-64));
  });

  it("ends with its member, and with what the member may do", async () => {
    const { id } = await join("developer");
    const { token } = await mint(id);
    const member = await core.store.members.find(id);
    if (member === undefined) throw new Error("The member is not there.");
    await core.store.members.update({ ...member, role: "viewer" });
    await expect(ask(token, "keys:write")).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
    await removeMember(core, { actor: operator, memberId: id, keys: undefined });
    await expect(ask(token)).rejects.toMatchObject(bad);
  });

  it("ends when its tenant is suspended, also for when it is active again; and a suspended tenant has none", async () => {
    const { id } = await join("owner");
    const { token } = await mint(id);
    const become = (status: "active" | "suspended") => updateTenant(core, { actor: operator, tenantId, change: { status }, ifRevision: null });
    await become("suspended");
    await expect(ask(token)).rejects.toMatchObject(bad);
    await expect(mint(id)).rejects.toMatchObject({ code: "TENANT_SUSPENDED" });
    await become("active");
    await expect(ask(token)).rejects.toMatchObject(bad);
  });

  it("is made for a member of the tenant that is named, and of nobody else", async () => {
    const other = await createTenant(core, { actor: operator, name: "Other", tier: "pro", rateLimit: null, idempotency: null });
    const stranger = await join("owner", other.id);
    await expect(mint(stranger.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(mint("mem_0000000000000000000000")).rejects.toMatchObject({ code: "NOT_FOUND" });
    const within: Actor = { ...operator, type: "api_key", tenantId };
    await expect(mint(stranger.id, { actor: within, tenantId: other.id })).rejects.toMatchObject({ code: "NOT_FOUND" });
    const { session } = await mint(stranger.id, { tenantId: other.id });
    await expect(endEmbedSession(core, within, session.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("is nobody's where the token is forged, and no other credential is one", async () => {
    await mint((await join("owner")).id);
    await expect(ask(new Secret(`kwembed.${"0".repeat(64)}`))).rejects.toMatchObject(bad);
    for (const text of ["", "kwembed.", `kwembed.${"0".repeat(63)}`, `kwembed.${"G".repeat(64)}`, `x.kwembed.${"0".repeat(64)}`, `pm_live_${"a".repeat(40)}`])
      expect(isEmbedToken(text)).toBe(false);
    await expect(describeEmbedSession(core, operator)).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
  });
});
