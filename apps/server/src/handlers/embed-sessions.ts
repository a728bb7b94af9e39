import { createEmbedSession, describeEmbedSession, type EmbedSession, endEmbedSession, heldBy } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { toTime } from "./wire-form.ts";

const defaultLifetimeSeconds = 600;

const toWire = ({ id, tenantId, memberId, origin, expiresAtMs }: EmbedSession) => ({
  id,
  tenant_id: tenantId,
  member_id: memberId,
  origin,
  expires_at: toTime(expiresAtMs),
});

export const createEmbedSessionHandler =
  (engine: Engine): Handler<"create-embed-session"> =>
  async ({ actor, body }) => {
    const { tenant_id: tenantId, member_id: memberId, origin, lifetime_seconds: lifetime = defaultLifetimeSeconds } = body;
    const { session, token } = await createEmbedSession(engine, { actor, tenantId, memberId, origin, lifetimeMs: lifetime * 1_000 });
    return { status: 201, body: { ...toWire(session), token: token.reveal() } };
  };

export const getEmbedSessionHandler =
  (engine: Engine): Handler<"get-embed-session"> =>
  async ({ actor }) => {
    const { session, member, tenant } = await describeEmbedSession(engine, actor);
    return { status: 200, body: { ...toWire(session), tenant_name: tenant.name, role: member.role, permissions: [...heldBy(member)] } };
  };

export const endEmbedSessionHandler =
  (engine: Engine): Handler<"end-embed-session"> =>
  async ({ actor, params }) => {
    const { embed_session_id: id } = params;
    await endEmbedSession(engine, actor, id);
    return { status: 200, body: { id, status: "ended" } };
  };
