import { renameTeam } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { toWireTeam } from "./people-form.ts";

export const updateTeamHandler =
  (engine: Engine): Handler<"update-team"> =>
  async ({ actor, params, body }) => ({
    status: 200,
    body: toWireTeam(await renameTeam(engine, { actor, teamId: params.team_id, name: body.name })),
  });
