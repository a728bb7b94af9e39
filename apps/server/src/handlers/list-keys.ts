import { listKeys } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { fromCursor, fromOwner, toPage, toWireKey } from "./wire-form.ts";

export const listKeysHandler =
  (engine: Engine): Handler<"list-keys"> =>
  async ({ actor, query }) => {
    const { tenant_id: tenantId, status, environment, scope, q } = query;
    const ownerId = fromOwner(query);
    const asked = [tenantId ?? actor.tenantId, status, environment, scope, ownerId, q];
    const filter = {
      ...(status !== undefined && { status }),
      ...(environment !== undefined && { environment }),
      ...(scope !== undefined && { scope }),
      ...(ownerId !== undefined && { ownerId }),
      ...(q !== undefined && { q }),
    };
    const found = await listKeys(engine, { actor, tenantId, filter, page: fromCursor(query, asked) });
    const nowMs = engine.clock.nowMs();
    return { status: 200, body: toPage(found, asked, (details) => toWireKey(details, nowMs)) };
  };
