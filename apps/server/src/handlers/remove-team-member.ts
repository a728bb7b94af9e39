import { removeTeamMember } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";

export const removeTeamMemberHandler =
  (engine: Engine): Handler<"remove-team-member"> =>
  async ({ actor, params: { team_id, member_id } }) => {
    await removeTeamMember(engine, { actor, teamId: team_id, memberId: member_id });
    return { status: 200, body: { team_id, member_id, status: "removed" } };
  };
