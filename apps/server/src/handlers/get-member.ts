import { getMember } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { toWireMember } from "./people-form.ts";

export const getMemberHandler =
  (engine: Engine): Handler<"get-member"> =>
  async ({ actor, params }) => ({ status: 200, body: toWireMember(await getMember(engine, actor, params.member_id)) });
