import { addTeamMember } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";

export const addTeamMemberHandler =
  (engine: Engine): Handler<"add-team-member"> =>
  async ({ actor, params: { team_id }, body: { member_id } }) => {
    await addTeamMember(engine, { actor, teamId: team_id, memberId: member_id });
    return { status: 200, body: { team_id, member_id, status: "added" } };
  };
