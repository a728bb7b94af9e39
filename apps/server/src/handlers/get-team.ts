import { getTeam } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { toWireTeam } from "./people-form.ts";

export const getTeamHandler =
  (engine: Engine): Handler<"get-team"> =>
  async ({ actor, params }) => ({ status: 200, body: toWireTeam(await getTeam(engine, actor, params.team_id)) });
