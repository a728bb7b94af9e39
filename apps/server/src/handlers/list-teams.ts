import { listTeams } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { toWireTeam } from "./people-form.ts";
import { fromCursor, toPage } from "./wire-form.ts";

export const listTeamsHandler =
  (engine: Engine): Handler<"list-teams"> =>
  async ({ actor, query }) => {
    const asked = [query.tenant_id ?? actor.tenantId];
    const found = await listTeams(engine, { actor, tenantId: query.tenant_id, page: fromCursor(query, asked) });
    return { status: 200, body: toPage(found, asked, toWireTeam) };
  };
