import { deleteTeam } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";

export const deleteTeamHandler =
  (engine: Engine): Handler<"delete-team"> =>
  async ({ actor, params }) => {
    const { id } = await deleteTeam(engine, actor, params.team_id);
    return { status: 200, body: { id, status: "deleted" } };
  };
