import { type KeysOfLeaver, removeMember } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";

export const removeMemberHandler =
  (engine: Engine): Handler<"remove-member"> =>
  async ({ actor, params, body }) => {
    const keys: KeysOfLeaver | undefined = typeof body.keys === "object" ? { teamId: body.keys.team_id } : body.keys;
    const { result, enforced } = await removeMember(engine, { actor, memberId: params.member_id, keys });
    const removed = { id: result.member.id, status: "removed" as const, keys: result.keys.length, enforced };
    return enforced ? { status: 200, body: removed } : { status: 202, body: removed };
  };
