import { withdrawInvitation } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { toWireInvitation } from "./people-form.ts";

export const withdrawInvitationHandler =
  (engine: Engine): Handler<"withdraw-invitation"> =>
  async ({ actor, params }) => ({
    status: 200,
    body: toWireInvitation(await withdrawInvitation(engine, actor, params.invitation_id), engine.clock.nowMs()),
  });
