import { listInvitations } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { toWireInvitation } from "./people-form.ts";
import { fromCursor, toPage } from "./wire-form.ts";

export const listInvitationsHandler =
  (engine: Engine): Handler<"list-invitations"> =>
  async ({ actor, query }) => {
    const asked = [query.tenant_id ?? actor.tenantId];
    const found = await listInvitations(engine, { actor, tenantId: query.tenant_id, page: fromCursor(query, asked) });
    const nowMs = engine.clock.nowMs();
    return { status: 200, body: toPage(found, asked, (invitation) => toWireInvitation(invitation, nowMs)) };
  };
