import { changeRole } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { toWireMember } from "./people-form.ts";
import { changedReply } from "./wire-form.ts";

export const updateMemberHandler =
  (engine: Engine): Handler<"update-member"> =>
  async ({ actor, params, body }) => {
    const { result: member, enforced } = await changeRole(engine, { actor, memberId: params.member_id, role: body.role });
    return changedReply(toWireMember(member), enforced, {});
  };
