import { listTeamMembers } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { toWireMember } from "./people-form.ts";
import { fromCursor, toPage } from "./wire-form.ts";

export const listTeamMembersHandler =
  (engine: Engine): Handler<"list-team-members"> =>
  async ({ actor, params, query }) => {
    const asked = [params.team_id];
    const found = await listTeamMembers(engine, { actor, teamId: params.team_id, page: fromCursor(query, asked) });
    return { status: 200, body: toPage(found, asked, toWireMember) };
  };
